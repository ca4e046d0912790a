package dev.sallyport.transport;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settings that {@link ConfigRules} has checked. Made by {@link TransportConfig.Builder#build()} alone. */
record CheckedConfig(
        InetSocketAddress bindAddress,
        int maxPayloadBytes,
        Duration ttl,
        int nonceCacheSize,
        SecretSettings secrets,
        int maxSessions,
        int expectedPeers,
        int maxConcurrentCalls,
        int handlerThreads,
        int eventLoops,
        Duration writeStallTimeout,
        Duration connectTimeout,
        boolean directCallbacks,
        Io io,
        Duration busyPoll,
        TransportObserver observer)
        implements TransportConfig {

    @Override
    public SecretMode secretMode() {
        return secrets.mode();
    }

    @Override
    public Kdf kdf() {
        return secrets.kdf();
    }

    @Override
    public @Nullable Path secretFile() {
        return secrets.file();
    }

    @Override
    public Map<String, Path> groupSecretFiles() {
        return secrets.groupFiles();
    }

    @Override
    public @Nullable Supplier<byte[]> secretSupplier() {
        return secrets.supplier();
    }

    @Override
    public Map<String, Supplier<byte[]>> groupSecretSuppliers() {
        return secrets.groupSuppliers();
    }
}
