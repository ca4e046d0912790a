package dev.sallyport.supervisor.launch;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ExecutionIpc;
import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.supervisor.lifecycle.StartLimits;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportConfig.Kdf;
import dev.sallyport.transport.TransportConfig.SecretMode;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.inline.InlineTransport;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The transport that a configuration asks for. */
final class Transports {

    /** A worker holds two sessions, and has two more while it connects again; half as many again for those that are replaced. */
    private static final int SESSIONS_PER_WORKER = 6;

    private static final int MIN_SESSIONS = 64;

    private Transports() {}

    /** @throws RejectedException with an {@code E_CONFIG_*} reason */
    static Transport of(RuntimeConfig config, TransportObserver observer) {
        ExecutionIpc ipc = config.ipc();
        int workers = Math.max(
                1, config.groups().stream().mapToInt(GroupSpec::workers).sum());
        if (ipc == null) {
            return InlineTransport.create(TransportConfig.builder()
                    .expectedPeers(workers)
                    .observer(observer)
                    .build());
        }
        return LoopbackTransport.create(
                settings(ipc, config, workers).observer(observer).build());
    }

    /** What makes the transport of a worker in this process: of the kind that reaches {@link #of}. */
    static Function<TransportConfig, Transport> ofWorkers(RuntimeConfig config) {
        return config.ipc() == null ? InlineTransport::create : LoopbackTransport::create;
    }

    static TransportConfig.Builder settings(ExecutionIpc ipc, RuntimeConfig config, int workers) {
        // counts from the issue of the keys, so it holds the start of the child
        Duration connect = Duration.ofMillis(
                StartLimits.within(config.lifecycle().readyTimeout()).authenticated());
        TransportConfig.Builder settings = TransportConfig.builder()
                .bind(
                        ipc.bindAddress().getAddress().getHostAddress().contains(":") ? "::1" : "127.0.0.1",
                        ipc.bindAddress().getPort())
                .maxPayloadBytes(ipc.maxPayloadBytes())
                .ttl(Duration.ofSeconds(ipc.ttlSeconds()))
                .nonceCacheSize(ipc.nonceCacheSize())
                .writeStallTimeout(ipc.writeStallTimeout())
                .busyPoll(ipc.busyPoll())
                .connectTimeout(connect)
                .expectedPeers(workers)
                .maxSessions(Math.max(MIN_SESSIONS, workers * SESSIONS_PER_WORKER));
        if (ipc.secretMode() == SecretMode.GENERATED) {
            settings.generatedSecrets(ipc.kdf());
        } else if (ipc.kdf() == Kdf.HKDF_SHA256) {
            derivedFrom(ipc.secret(), settings);
        } else {
            groupSecrets(config.groups(), settings);
        }
        return settings;
    }

    private static void derivedFrom(@Nullable SecretSource secret, TransportConfig.Builder settings) {
        if (secret instanceof SecretSource.File file) {
            settings.staticSecret(file.path());
        } else if (secret instanceof SecretSource.Given given) {
            settings.staticSecret(given::take);
        } else {
            throw missing("execution_ipc.auth.secret_file");
        }
    }

    private static void groupSecrets(List<GroupSpec> groups, TransportConfig.Builder settings) {
        Map<String, Path> files = new HashMap<>();
        Map<String, Supplier<byte[]>> suppliers = new HashMap<>();
        for (GroupSpec group : groups) {
            if (!group.recycle().equals(GroupSpec.Recycle.NEVER)) {
                throw new RejectedException(
                        RejectReason.E_CONFIG_ISOLATION,
                        "process_groups." + group.name()
                                + ": a replacement would share the keys of the worker it replaces");
            }
            if (group.secret() instanceof SecretSource.File file) {
                files.put(group.name(), file.path());
            } else if (group.secret() instanceof SecretSource.Given given) {
                suppliers.put(group.name(), given::take);
            } else {
                throw missing("process_groups." + group.name() + ".secret_file");
            }
        }
        settings.staticGroupSecrets(files, suppliers);
    }

    private static RejectedException missing(String path) {
        return new RejectedException(RejectReason.E_CONFIG_SECRET, path + " is missing");
    }
}
