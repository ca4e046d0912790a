package dev.sallyport.transport;

import dev.sallyport.proto.WireSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a transport. Immutable; every relation between settings is checked when it is built. The reason of each
 * default stands at its accessor and in {@code docs/configuration.md}.
 */
public final class TransportConfig {

    /** Where K_WORK of a peer comes from (protocol.md, section 3). */
    public enum SecretMode {
        /** The operator's own secret, for local use. */
        STATIC,
        /** 32 fresh random bytes for each server. */
        GENERATED
    }

    /** How K_WORK is derived. */
    public enum Kdf {
        NONE,
        HKDF_SHA256
    }

    /** Which system call interface moves bytes. */
    public enum Io {
        /** Epoll where it loads, NIO elsewhere. */
        AUTO,
        EPOLL,
        NIO
    }

    private final InetSocketAddress bindAddress;
    private final int maxPayloadBytes;
    private final Duration ttl;
    private final int nonceCacheSize;
    private final SecretMode secretMode;
    private final Kdf kdf;
    private final @Nullable Path secretFile;
    private final Map<String, Path> groupSecretFiles;
    private final @Nullable Supplier<byte[]> secretSupplier;
    private final Map<String, Supplier<byte[]>> groupSecretSuppliers;
    private final int maxSessions;
    private final int expectedPeers;
    private final int maxConcurrentCalls;
    private final int handlerThreads;
    private final int eventLoops;
    private final Duration writeStallTimeout;
    private final Duration connectTimeout;
    private final boolean directCallbacks;
    private final Io io;
    private final TransportObserver observer;

    private TransportConfig(Builder b) {
        this.bindAddress = literalLoopback(b.bindHost, b.bindPort);
        this.maxPayloadBytes = b.maxPayloadBytes;
        this.ttl = b.ttl;
        this.nonceCacheSize = b.nonceCacheSize;
        this.secretMode = b.secretMode;
        this.kdf = b.kdf != null ? b.kdf : b.secretMode == SecretMode.STATIC ? Kdf.NONE : Kdf.HKDF_SHA256;
        this.secretFile = b.secretFile;
        this.groupSecretFiles = b.groupSecretFiles;
        this.secretSupplier = b.secretSupplier;
        this.groupSecretSuppliers = b.groupSecretSuppliers;
        this.maxSessions = b.maxSessions;
        this.expectedPeers = b.expectedPeers;
        this.maxConcurrentCalls = b.maxConcurrentCalls;
        this.handlerThreads = b.handlerThreads;
        this.eventLoops = b.eventLoops;
        this.writeStallTimeout = b.writeStallTimeout;
        this.connectTimeout = b.connectTimeout;
        this.directCallbacks = b.directCallbacks;
        this.io = b.io;
        this.observer = b.observer;
        check();
    }

    private void check() {
        range(maxPayloadBytes, WireSpec.MAX_PAYLOAD_FLOOR, MAX_PAYLOAD_CEILING, "max_payload_bytes");
        if (ttl.toMillis() < 1 || ttl.toMillis() > Duration.ofHours(1).toMillis()) {
            throw new RejectedException(RejectReason.E_CONFIG_TTL, "ttl must be between 1 ms and 1 hour");
        }
        range(expectedPeers, 1, 10_000, "expected_peers");
        range(maxSessions, 2, 100_000, "max_sessions");
        range(maxConcurrentCalls, 1, 1 << 20, "max_concurrent_calls");
        range(handlerThreads, 1, 4096, "handler_threads");
        range(eventLoops, 1, 256, "event_loops");
        if (writeStallTimeout.isNegative() || writeStallTimeout.isZero()) {
            throw new RejectedException(RejectReason.E_CONFIG_LIMIT, "write_stall_timeout must be above 0");
        }
        if (connectTimeout.toMillis() < 1 || connectTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new RejectedException(RejectReason.E_CONFIG_LIMIT, "connect_timeout must be between 1 ms and 1 hour");
        }
        if (writeStallTimeout.multipliedBy(2).compareTo(ttl) >= 0) {
            throw new RejectedException(
                    RejectReason.E_CONFIG_RELATION, "write_stall_timeout must be below ttl / 2: lower it or raise ttl");
        }
        if (nonceCacheSize < 64 * expectedPeers) {
            throw new RejectedException(
                    RejectReason.E_CONFIG_RELATION, "nonce_cache_size must be at least 64 for each expected peer");
        }
        checkSecrets();
    }

    private void checkSecrets() {
        boolean hasSecret = secretFile != null
                || secretSupplier != null
                || !groupSecretFiles.isEmpty()
                || !groupSecretSuppliers.isEmpty();
        if (secretMode == SecretMode.GENERATED && hasSecret) {
            throw new RejectedException(RejectReason.E_CONFIG_CONFLICT, "generated secrets take no static secret");
        }
        if (secretMode == SecretMode.STATIC && !hasSecret) {
            throw new RejectedException(RejectReason.E_CONFIG_SECRET, "static secrets need a secret file");
        }
        for (String group : groupSecretSuppliers.keySet()) {
            if (groupSecretFiles.containsKey(group)) {
                throw new RejectedException(RejectReason.E_CONFIG_DUPLICATE, "two static secrets for group " + group);
            }
        }
    }

    private static void range(int value, int low, int high, String name) {
        if (value < low || value > high) {
            throw new RejectedException(RejectReason.E_CONFIG_LIMIT, name + " must be between " + low + " and " + high);
        }
    }

    private static InetSocketAddress literalLoopback(String host, int port) {
        if (!LOOPBACKS.contains(host) || port < 0 || port > 65_535) {
            throw new RejectedException(
                    RejectReason.E_CONFIG_BIND, "bind_host must be 127.0.0.1 or ::1, and bind_port 0 to 65535");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new RejectedException(RejectReason.E_CONFIG_BIND, "this machine has no " + host, e);
        }
    }

    private static final Set<String> LOOPBACKS = Set.of("127.0.0.1", "::1");

    /** The largest {@code max_payload_bytes}: above it one frame would hold more memory than a session may. */
    public static final int MAX_PAYLOAD_CEILING = 64 * 1024 * 1024;

    public static TransportConfig defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** 127.0.0.1 and a port chosen by the system: nothing to configure, nothing to collide with. */
    public InetSocketAddress bindAddress() {
        return bindAddress;
    }

    /** 1 MiB: large enough for documents, small enough that a hundred peers cannot exhaust a heap. Bytes, 4096 to 64 MiB. */
    public int maxPayloadBytes() {
        return maxPayloadBytes;
    }

    /** The largest body of a unary call, in bytes. */
    public int maxBodyBytes() {
        return maxPayloadBytes - WireSpec.UNARY_RESERVE;
    }

    /** 30 s: longer than any pause that a healthy process makes, short enough that a recorded HELLO is soon worthless. */
    public Duration ttl() {
        return ttl;
    }

    /** 100,000 entries, shared out among the expected peers. */
    public int nonceCacheSize() {
        return nonceCacheSize;
    }

    /** Generated: nothing to store, nothing to leak, new at every start. */
    public SecretMode secretMode() {
        return secretMode;
    }

    /** None for static secrets, HKDF-SHA-256 for generated ones. */
    public Kdf kdf() {
        return kdf;
    }

    /** The static secret of all groups, when there is one. */
    public @Nullable Path secretFile() {
        return secretFile;
    }

    /** The static secret of each group that has its own. */
    public Map<String, Path> groupSecretFiles() {
        return groupSecretFiles;
    }

    /** The static secret of all groups, when the embedding program hands it over. */
    public @Nullable Supplier<byte[]> secretSupplier() {
        return secretSupplier;
    }

    /** The static secret of each group for which the embedding program hands it over. */
    public Map<String, Supplier<byte[]>> groupSecretSuppliers() {
        return groupSecretSuppliers;
    }

    /** 1024 open sessions, two for each peer. */
    public int maxSessions() {
        return maxSessions;
    }

    /** 64 peers: what the nonce cache and the pool of unauthenticated connections are sized for. */
    public int expectedPeers() {
        return expectedPeers;
    }

    /** 1024 calls in flight for each peer and direction; above it {@link Outcome#OVERLOADED} at once. */
    public int maxConcurrentCalls() {
        return maxConcurrentCalls;
    }

    /** Threads for handlers that may block: four for each processor, at least 8. */
    public int handlerThreads() {
        return handlerThreads;
    }

    /** Data event loops: one for each two processors, since the other end needs the rest. */
    public int eventLoops() {
        return eventLoops;
    }

    /** 10 s: below ttl / 2, so that no frame becomes stale in our own queue. */
    public Duration writeStallTimeout() {
        return writeStallTimeout;
    }

    /** 10 s for a peer to connect and authenticate, from the issue of its credential. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Off: futures complete away from event loops. On: dependent stages run on the event loop and must never block. */
    public boolean directCallbacks() {
        return directCallbacks;
    }

    public Io io() {
        return io;
    }

    public TransportObserver observer() {
        return observer;
    }

    /** Collects settings. Not safe for use by several threads. */
    public static final class Builder {
        private String bindHost = "127.0.0.1";
        private int bindPort;
        private int maxPayloadBytes = 1 << 20;
        private Duration ttl = Duration.ofSeconds(30);
        private int nonceCacheSize = 100_000;
        private SecretMode secretMode = SecretMode.GENERATED;
        private @Nullable Kdf kdf;
        private @Nullable Path secretFile;
        private Map<String, Path> groupSecretFiles = Map.of();
        private @Nullable Supplier<byte[]> secretSupplier;
        private Map<String, Supplier<byte[]>> groupSecretSuppliers = Map.of();
        private int maxSessions = 1024;
        private int expectedPeers = 64;
        private int maxConcurrentCalls = 1024;
        private int handlerThreads = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
        private int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        private Duration writeStallTimeout = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private boolean directCallbacks;
        private Io io = Io.AUTO;
        private TransportObserver observer = TransportObserver.NONE;

        private Builder() {}

        /** A literal loopback address, {@code 127.0.0.1} or {@code ::1}, and a port, 0 for any. */
        public Builder bind(String host, int port) {
            this.bindHost = host;
            this.bindPort = port;
            return this;
        }

        public Builder maxPayloadBytes(int bytes) {
            this.maxPayloadBytes = bytes;
            return this;
        }

        public Builder ttl(Duration value) {
            this.ttl = value;
            return this;
        }

        public Builder nonceCacheSize(int entries) {
            this.nonceCacheSize = entries;
            return this;
        }

        /** Generated secrets with this derivation. */
        public Builder generatedSecrets(Kdf derivation) {
            this.secretMode = SecretMode.GENERATED;
            this.kdf = derivation;
            return this;
        }

        /** One static secret, from which the keys of each incarnation are derived. The file's mode is 0600 or stricter. */
        public Builder staticSecret(Path file) {
            derivedFromStatic();
            this.secretFile = file;
            return this;
        }

        /**
         * The same, handed over by the embedding program.
         *
         * @param supplier asked once by each server that binds, for a fresh array of 32 to 64 bytes, which the server wipes
         */
        public Builder staticSecret(Supplier<byte[]> supplier) {
            derivedFromStatic();
            this.secretSupplier = supplier;
            return this;
        }

        private void derivedFromStatic() {
            this.secretMode = SecretMode.STATIC;
            this.kdf = Kdf.HKDF_SHA256;
            this.secretFile = null;
            this.secretSupplier = null;
            this.groupSecretFiles = Map.of();
            this.groupSecretSuppliers = Map.of();
        }

        /** Static secrets used as they are, one for each group: one worker a group, isolation per group only. */
        public Builder staticGroupSecrets(Map<String, Path> files) {
            return staticGroupSecrets(files, Map.of());
        }

        /**
         * The same, where the embedding program hands over the secrets of some groups.
         *
         * @param suppliers each asked once by each server that binds, for a fresh array of 32 to 64 bytes, which the server wipes
         */
        public Builder staticGroupSecrets(Map<String, Path> files, Map<String, Supplier<byte[]>> suppliers) {
            this.secretMode = SecretMode.STATIC;
            this.kdf = Kdf.NONE;
            this.secretFile = null;
            this.secretSupplier = null;
            this.groupSecretFiles = Map.copyOf(files);
            this.groupSecretSuppliers = Map.copyOf(suppliers);
            return this;
        }

        public Builder maxSessions(int sessions) {
            this.maxSessions = sessions;
            return this;
        }

        public Builder expectedPeers(int peers) {
            this.expectedPeers = peers;
            return this;
        }

        public Builder maxConcurrentCalls(int calls) {
            this.maxConcurrentCalls = calls;
            return this;
        }

        public Builder handlerThreads(int threads) {
            this.handlerThreads = threads;
            return this;
        }

        public Builder eventLoops(int loops) {
            this.eventLoops = loops;
            return this;
        }

        public Builder writeStallTimeout(Duration value) {
            this.writeStallTimeout = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            this.connectTimeout = value;
            return this;
        }

        /** See {@link TransportConfig#directCallbacks()}. */
        public Builder directCallbacks(boolean direct) {
            this.directCallbacks = direct;
            return this;
        }

        public Builder io(Io choice) {
            this.io = choice;
            return this;
        }

        public Builder observer(TransportObserver value) {
            this.observer = value;
            return this;
        }

        /** @throws RejectedException with an {@code E_CONFIG_*} reason */
        public TransportConfig build() {
            return new TransportConfig(this);
        }
    }
}
