package dev.sallyport.supervisor;

import dev.sallyport.transport.TransportConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration: loaded from YAML or built in code, normalised, immutable.
 *
 * @param ipc null: the in-memory profile
 * @param classArchive where worker processes get archives of their loaded classes from
 * @param scenario what {@code sallyport run} executes; null when the program embeds the supervisor
 */
public record RuntimeConfig(
        Mode mode,
        @Nullable ExecutionIpc ipc,
        Lifecycle lifecycle,
        ClassArchive classArchive,
        List<GroupSpec> groups,
        @Nullable Scenario scenario) {

    public RuntimeConfig {
        groups = List.copyOf(groups);
    }

    /** With class archives in the default folder. */
    public RuntimeConfig(
            Mode mode,
            @Nullable ExecutionIpc ipc,
            Lifecycle lifecycle,
            List<GroupSpec> groups,
            @Nullable Scenario scenario) {
        this(mode, ipc, lifecycle, ClassArchive.DEFAULT, groups, scenario);
    }

    /** These groups as worker processes, with the default of everything else; without a scenario. */
    public static RuntimeConfig processes(List<GroupSpec> groups) {
        return new RuntimeConfig(Mode.PROCESS_SUPERVISOR, ExecutionIpc.DEFAULT, Lifecycle.DEFAULT, groups, null);
    }

    /** {@code runtime.platform.bootstrap.mode}. */
    public enum Mode {
        INLINE,
        PROCESS_SUPERVISOR
    }

    /**
     * {@code runtime.platform.execution_ipc}.
     *
     * @param secret the static secret of all groups, for kdf hkdf_sha256; otherwise null
     * @param ttlSeconds how old a HELLO or a frame may be, 1 to 3600
     * @param nonceCacheSize entries, at least 64 for each worker
     * @param writeStallTimeout how long a peer may take nothing before it is closed; below half of the ttl
     * @param busyPoll 0 to 1 ms, for both ends; see {@link TransportConfig#busyPoll()}
     */
    public record ExecutionIpc(
            InetSocketAddress bindAddress,
            int maxPayloadBytes,
            TransportConfig.SecretMode secretMode,
            TransportConfig.Kdf kdf,
            @Nullable SecretSource secret,
            int ttlSeconds,
            int nonceCacheSize,
            Duration writeStallTimeout,
            Duration busyPoll) {

        /** {@code transport: tcp_local} and nothing else: 127.0.0.1 on any port, generated secrets, the transport's own defaults. */
        public static final ExecutionIpc DEFAULT = of(TransportConfig.defaults());

        private static ExecutionIpc of(TransportConfig transport) {
            return new ExecutionIpc(
                    transport.bindAddress(),
                    transport.maxPayloadBytes(),
                    transport.secretMode(),
                    transport.kdf(),
                    null,
                    Math.toIntExact(transport.ttl().toSeconds()),
                    transport.nonceCacheSize(),
                    transport.writeStallTimeout(),
                    transport.busyPoll());
        }
    }

    /** {@code runtime.platform.lifecycle}. */
    public record Lifecycle(Duration readyTimeout, Duration gracefulTimeout, boolean drainInflight) {

        /** 30 s, 10 s, true. */
        public static final Lifecycle DEFAULT = new Lifecycle(Duration.ofSeconds(30), Duration.ofSeconds(10), true);
    }

    /**
     * {@code runtime.platform.class_archive}.
     *
     * @param directory null: {@code sallyport} in the user's cache folder
     */
    public record ClassArchive(boolean enabled, @Nullable Path directory) {

        /** Enabled, in the user's cache folder. */
        public static final ClassArchive DEFAULT = new ClassArchive(true, null);
    }

    /** {@code runtime.scenario}. */
    public record Scenario(String id, Map<String, String> selectors) {
        public Scenario {
            selectors = Map.copyOf(selectors);
        }
    }
}
