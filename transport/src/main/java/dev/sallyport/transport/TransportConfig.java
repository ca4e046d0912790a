package dev.sallyport.transport;

import dev.sallyport.proto.WireSpec;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a transport. Immutable; every relation between settings is checked when it is built. The reason of each
 * default stands at its accessor and in {@code docs/configuration.md}.
 */
public sealed interface TransportConfig permits CheckedConfig {

    /** Where K_WORK of a peer comes from (protocol.md, section 3). */
    enum SecretMode {
        /** The operator's own secret, for local use. */
        STATIC,
        /** 32 fresh random bytes for each server. */
        GENERATED
    }

    /** How K_WORK is derived. */
    enum Kdf {
        /** It is the secret itself, or random bytes for each issue. */
        NONE,
        /** From the master secret, by group, worker and incarnation (RFC 5869). */
        HKDF_SHA256
    }

    /** Which system call interface moves bytes. */
    enum Io {
        /** Epoll where it loads, NIO elsewhere. */
        AUTO,
        /** Linux alone: elsewhere the transport cannot be created. */
        EPOLL,
        /** Everywhere. */
        NIO
    }

    /** The largest {@code max_payload_bytes}: above it one frame would hold more memory than a session may. */
    int MAX_PAYLOAD_CEILING = 64 * 1024 * 1024;

    static TransportConfig defaults() {
        return builder().build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** 127.0.0.1 and a port chosen by the system: nothing to configure, nothing to collide with. */
    InetSocketAddress bindAddress();

    /** 1 MiB: large enough for documents, small enough that a hundred peers cannot exhaust a heap. Bytes, 4096 to 64 MiB. */
    int maxPayloadBytes();

    /** The largest body of a unary call, in bytes. */
    default int maxBodyBytes() {
        return maxPayloadBytes() - WireSpec.UNARY_RESERVE;
    }

    /** 30 s: longer than any pause that a healthy process makes, short enough that a recorded HELLO is soon worthless. */
    Duration ttl();

    /** 100,000 entries, shared out among the expected peers. */
    int nonceCacheSize();

    /** Generated: nothing to store, nothing to leak, new at every start. */
    SecretMode secretMode();

    /** None for static secrets, HKDF-SHA-256 for generated ones. */
    Kdf kdf();

    /** The static secret of all groups, when there is one. */
    @Nullable
    Path secretFile();

    /** The static secret of each group that has its own. */
    Map<String, Path> groupSecretFiles();

    /** The static secret of all groups, when the embedding program hands it over. */
    @Nullable
    Supplier<byte[]> secretSupplier();

    /** The static secret of each group for which the embedding program hands it over. */
    Map<String, Supplier<byte[]>> groupSecretSuppliers();

    /** 1024 open sessions, two for each peer. */
    int maxSessions();

    /** 64 peers: what the nonce cache and the pool of unauthenticated connections are sized for. */
    int expectedPeers();

    /** 1024 calls in flight for each peer and direction; above it {@link Outcome#OVERLOADED} at once. */
    int maxConcurrentCalls();

    /** Four for each processor, at least 8: handlers that may run at once, of each peer, so that none keeps them from another. */
    int handlerThreads();

    /** Data event loops: one for each two processors, since the other end needs the rest. */
    int eventLoops();

    /** 10 s, or a third of a shorter ttl: below ttl / 2, so that no frame becomes stale in our own queue. */
    Duration writeStallTimeout();

    /** 10 s for a peer to connect and authenticate, from the issue of its credential. */
    Duration connectTimeout();

    /** Off: futures complete away from event loops. On: dependent stages run on the event loop and must never block. */
    boolean directCallbacks();

    /** AUTO: what reads and writes the sockets, the faster one where it loads. */
    Io io();

    /**
     * Off (0): a data event loop blocks when it has nothing to do. Otherwise how long one of epoll looks for bytes before, which halves the
     * time of a lone call, takes a processor for each loop while calls come fast, and slows handlers on the pool where processors are few.
     */
    Duration busyPoll();

    /** None. Is told of sessions, calls and refusals, on the threads where they happen: it must return at once and not throw. */
    TransportObserver observer();

    /** Collects settings. Not safe for use by several threads. */
    final class Builder {
        private String bindHost = "127.0.0.1";
        private int bindPort;
        private int maxPayloadBytes = 1 << 20;
        private Duration ttl = Duration.ofSeconds(30);
        private int nonceCacheSize = 100_000;
        private SecretSettings secrets = SecretSettings.DEFAULT;
        private int maxSessions = 1024;
        private int expectedPeers = 64;
        private int maxConcurrentCalls = 1024;
        private int handlerThreads = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
        private int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        private @Nullable Duration writeStallTimeout;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private boolean directCallbacks;
        private Io io = Io.AUTO;
        private Duration busyPoll = Duration.ZERO;
        private TransportObserver observer = TransportObserver.NONE;

        private Builder() {}

        /** A literal loopback address, {@code 127.0.0.1} or {@code ::1}, and a port, 0 for any. */
        public Builder bind(String host, int port) {
            this.bindHost = host;
            this.bindPort = port;
            return this;
        }

        /** 4096 to {@link #MAX_PAYLOAD_CEILING} bytes; one frame of a data lane carries at most this. */
        public Builder maxPayloadBytes(int bytes) {
            this.maxPayloadBytes = bytes;
            return this;
        }

        /** 1 ms to 1 hour. */
        public Builder ttl(Duration value) {
            this.ttl = value;
            return this;
        }

        /** At least 64 for each expected peer. */
        public Builder nonceCacheSize(int entries) {
            this.nonceCacheSize = entries;
            return this;
        }

        /** Generated secrets with this derivation. */
        public Builder generatedSecrets(Kdf derivation) {
            this.secrets = secrets.generated(derivation);
            return this;
        }

        /** One static secret, from which the keys of each incarnation are derived. The file's mode is 0600 or stricter. */
        public Builder staticSecret(Path file) {
            this.secrets = SecretSettings.derivedFrom(file);
            return this;
        }

        /**
         * The same, handed over by the embedding program.
         *
         * @param supplier asked once by each server that binds, for a fresh array of 32 to 64 bytes, which the server wipes
         */
        public Builder staticSecret(Supplier<byte[]> supplier) {
            this.secrets = SecretSettings.derivedFrom(supplier);
            return this;
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
            this.secrets = SecretSettings.perGroup(files, suppliers);
            return this;
        }

        /** 2 to 100,000; a peer has two. */
        public Builder maxSessions(int sessions) {
            this.maxSessions = sessions;
            return this;
        }

        /** 1 to 10,000. More may be issued; they share what was sized for these. */
        public Builder expectedPeers(int peers) {
            this.expectedPeers = peers;
            return this;
        }

        /** 1 to 1,048,576, for each peer and direction. */
        public Builder maxConcurrentCalls(int calls) {
            this.maxConcurrentCalls = calls;
            return this;
        }

        /** 1 to 4096, for each peer. */
        public Builder handlerThreads(int threads) {
            this.handlerThreads = threads;
            return this;
        }

        /** 1 to 256, for data lanes. */
        public Builder eventLoops(int loops) {
            this.eventLoops = loops;
            return this;
        }

        /** Above 0 and below half of ttl: how long a peer may take nothing of what waits for it. */
        public Builder writeStallTimeout(Duration value) {
            this.writeStallTimeout = value;
            return this;
        }

        /** 1 ms to 1 hour; issued to peers with their credentials. */
        public Builder connectTimeout(Duration value) {
            this.connectTimeout = value;
            return this;
        }

        /** See {@link TransportConfig#directCallbacks()}. */
        public Builder directCallbacks(boolean direct) {
            this.directCallbacks = direct;
            return this;
        }

        /** See {@link Io}. */
        public Builder io(Io choice) {
            this.io = choice;
            return this;
        }

        /** 0 to 1 ms; 100 µs is a good one. See {@link TransportConfig#busyPoll()}. */
        public Builder busyPoll(Duration value) {
            this.busyPoll = value;
            return this;
        }

        /** See {@link TransportConfig#observer()}; several by {@link TransportObserver#and}. */
        public Builder observer(TransportObserver value) {
            this.observer = value;
            return this;
        }

        /** @throws RejectedException with an {@code E_CONFIG_*} reason */
        public TransportConfig build() {
            CheckedConfig config = new CheckedConfig(
                    ConfigRules.loopback(bindHost, bindPort),
                    maxPayloadBytes,
                    ttl,
                    nonceCacheSize,
                    secrets,
                    maxSessions,
                    expectedPeers,
                    maxConcurrentCalls,
                    handlerThreads,
                    eventLoops,
                    writeStallTimeout == null ? ConfigRules.writeStall(ttl) : writeStallTimeout,
                    connectTimeout,
                    directCallbacks,
                    io,
                    busyPoll,
                    observer);
            ConfigRules.check(config);
            return config;
        }
    }
}
