package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_BIND;
import static dev.sallyport.transport.RejectReason.E_CONFIG_LIMIT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_MISSING;
import static dev.sallyport.transport.RejectReason.E_CONFIG_RELATION;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.RuntimeConfig.ExecutionIpc;
import dev.sallyport.supervisor.RuntimeConfig.Lifecycle;
import dev.sallyport.supervisor.RuntimeConfig.Mode;
import dev.sallyport.supervisor.RuntimeConfig.Scenario;
import dev.sallyport.supervisor.config.AuthReader.Auth;
import dev.sallyport.supervisor.config.GroupRules.Placed;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.TransportConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the whole file, section by section, and then what must hold between them. */
final class ConfigReader {

    private static final int MAX_PAYLOAD_DEFAULT = 1 << 20;
    private static final int SECONDS_MAX = 3600;
    private static final int STALL_LOW = 100;
    private static final int STALL_HIGH = 1_800_000;
    private static final int BUSY_POLL_HIGH = 1_000;

    private final Paths paths;
    private final Secrets secrets;

    ConfigReader(Paths paths, Secrets secrets) {
        this.paths = paths;
        this.secrets = secrets;
    }

    /** The configuration; worth something only when no error was reported. */
    RuntimeConfig read(Section root) {
        Section runtime = root.section("runtime");
        root.finish();
        Section platform = runtime.section("platform");
        Section bootstrap = platform.section("bootstrap");
        Mode mode = bootstrap.choice("mode", Mode.class, "BOOT-CFG-01");
        bootstrap.finish();
        Mode effective = mode == null ? Mode.INLINE : mode;

        Section ipc = platform.section("execution_ipc");
        boolean sockets = transport(ipc, effective);
        Auth auth = new AuthReader(ipc.section("auth"), secrets).read();
        Lifecycle lifecycle = lifecycle(platform.section("lifecycle"));
        ClassArchive archive = classArchive(platform.section("class_archive"));
        List<Placed> placed = groups(platform);
        new GroupRules(platform, placed).check(effective);
        SecretRules rules = new SecretRules(auth, placed, secrets);
        rules.check();
        ExecutionIpc settings = ipc(ipc, auth, rules, workers(placed));
        ipc.finish();
        platform.finish();
        Scenario scenario = scenario(runtime);
        runtime.finish();
        List<GroupSpec> groups =
                sockets ? rules.groups() : placed.stream().map(Placed::spec).toList();
        return new RuntimeConfig(effective, sockets ? settings : null, lifecycle, archive, groups, scenario);
    }

    /** Whether the transport is {@code tcp_local}. */
    private static boolean transport(Section ipc, Mode mode) {
        List<String> allowed = List.of("tcp_local");
        Value transport = ipc.get("transport");
        if (transport != null) {
            return transport.index(allowed, "E_CONFIG_UNKNOWN") == 0;
        }
        if (mode == Mode.PROCESS_SUPERVISOR) {
            ipc.error("BOOT-CFG-05", "transport", "process_supervisor needs a transport", allowed);
        } else if (!ipc.isEmpty()) {
            ipc.warn(
                    ConfigWarning.Code.W_NO_EFFECT,
                    "transport",
                    "without a transport all calls stay in memory and execution_ipc has no effect");
        }
        return false;
    }

    private ExecutionIpc ipc(Section ipc, Auth auth, SecretRules rules, int workers) {
        int payload = ipc.number(
                "max_payload_bytes",
                WireSpec.MAX_PAYLOAD_FLOOR,
                TransportConfig.MAX_PAYLOAD_CEILING,
                E_CONFIG_LIMIT,
                MAX_PAYLOAD_DEFAULT);
        Duration ttl = Duration.ofSeconds(auth.ttlSeconds());
        int stallDefault = (int)
                TransportConfig.builder().ttl(ttl).build().writeStallTimeout().toMillis();
        int stall = ipc.number("write_stall_timeout_ms", STALL_LOW, STALL_HIGH, E_CONFIG_LIMIT, stallDefault);
        if (!isBelowHalf(stall, ttl)) {
            ipc.error(E_CONFIG_RELATION, "write_stall_timeout_ms", "must be below half of auth.ttl_seconds");
        }
        Duration busyPoll =
                Duration.of(ipc.number("busy_poll_us", 0, BUSY_POLL_HIGH, E_CONFIG_LIMIT, 0), ChronoUnit.MICROS);
        if (auth.nonceCacheSize() < 64 * workers) {
            auth.section()
                    .error(
                            E_CONFIG_RELATION,
                            "nonce_cache_size",
                            "must be at least 64 for each of the " + workers + " workers");
        }
        return new ExecutionIpc(
                bindAddress(ipc),
                payload,
                auth.secretMode(),
                auth.kdf(),
                rules.common(),
                auth.ttlSeconds(),
                auth.nonceCacheSize(),
                Duration.ofMillis(stall),
                busyPoll);
    }

    /** By the transport's own rule. */
    private static boolean isBelowHalf(int stallMillis, Duration ttl) {
        try {
            TransportConfig unused = TransportConfig.builder()
                    .ttl(ttl)
                    .writeStallTimeout(Duration.ofMillis(stallMillis))
                    .build();
            return true;
        } catch (RejectedException e) {
            return false;
        }
    }

    private static InetSocketAddress bindAddress(Section ipc) {
        List<String> hosts = List.of("127.0.0.1", "::1");
        Value value = ipc.get("bind_host");
        String host = value == null ? null : value.anyText();
        int port = ipc.number("bind_port", 0, 65_535, E_CONFIG_BIND, 0);
        if (host != null && !hosts.contains(host)) {
            ipc.error(E_CONFIG_BIND.name(), "bind_host", "not a literal loopback address", hosts);
            host = null;
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host == null ? hosts.get(0) : host), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a literal address needs no lookup", e);
        }
    }

    private static Lifecycle lifecycle(Section lifecycle) {
        Lifecycle base = Lifecycle.DEFAULT;
        Lifecycle read = new Lifecycle(
                seconds(lifecycle, "ready_timeout_seconds", base.readyTimeout()),
                seconds(lifecycle, "graceful_timeout_seconds", base.gracefulTimeout()),
                lifecycle.flag("drain_inflight", base.drainInflight()));
        lifecycle.finish();
        return read;
    }

    private ClassArchive classArchive(Section archive) {
        Value directory = archive.get("directory");
        Path folder = directory == null ? null : paths.resolve(directory);
        ClassArchive read = new ClassArchive(archive.flag("enabled", ClassArchive.DEFAULT.enabled()), folder);
        archive.finish();
        return read;
    }

    private static Duration seconds(Section section, String key, Duration fallback) {
        return Duration.ofSeconds(section.number(key, 1, SECONDS_MAX, E_CONFIG_LIMIT, (int) fallback.toSeconds()));
    }

    private List<Placed> groups(Section platform) {
        Value list = platform.get("process_groups");
        List<Placed> groups = new ArrayList<>();
        for (Value item : list == null ? List.<Value>of() : list.items()) {
            Section section = item.section();
            groups.add(new Placed(section, new GroupReader(section, paths, secrets).read()));
        }
        return groups;
    }

    private static int workers(List<Placed> groups) {
        return groups.stream().mapToInt(group -> group.spec().workers()).sum();
    }

    private static @Nullable Scenario scenario(Section runtime) {
        Section section = runtime.section("scenario");
        if (!runtime.has("scenario")) {
            return null;
        }
        String id = section.text("id");
        section.require(E_CONFIG_MISSING, "id", "a scenario needs an id");
        Map<String, String> selectors = new TreeMap<>();
        section.section("selectors").entries().forEach((key, value) -> {
            String text = value.anyText();
            selectors.put(key, text == null ? "" : text);
        });
        section.finish();
        return new Scenario(id == null ? "" : id, selectors);
    }
}
