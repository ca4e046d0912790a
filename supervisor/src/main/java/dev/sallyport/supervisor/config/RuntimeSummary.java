package dev.sallyport.supervisor.config;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ExecutionIpc;
import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.transport.TransportConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The normalised contract that a configuration stands for (BOOT-SUM-01, BOOT-SUM-02). It holds effective values, names where
 * secrets come from, and leaves out what may hold a program's own secrets: arguments and values of environment variables.
 */
public final class RuntimeSummary {

    private final Map<String, @Nullable Object> settings;
    private final List<Map<String, @Nullable Object>> groups;

    private RuntimeSummary(Map<String, @Nullable Object> settings, List<Map<String, @Nullable Object>> groups) {
        this.settings = settings;
        this.groups = groups;
    }

    /** Summarises a configuration. */
    public static RuntimeSummary of(RuntimeConfig config) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        settings.put("bootstrap_mode", lower(config.mode()));
        ipc(settings, config.ipc());
        settings.put("ready_timeout_seconds", config.lifecycle().readyTimeout().toSeconds());
        settings.put(
                "graceful_timeout_seconds", config.lifecycle().gracefulTimeout().toSeconds());
        settings.put("drain_inflight", config.lifecycle().drainInflight());
        settings.put("class_archive", archive(config));
        RuntimeConfig.Scenario scenario = config.scenario();
        settings.put("scenario", scenario == null ? null : scenario.id());
        settings.put("selectors", new TreeMap<>(scenario == null ? Map.of() : scenario.selectors()));
        return new RuntimeSummary(
                settings, config.groups().stream().map(RuntimeSummary::group).toList());
    }

    private static void ipc(Map<String, @Nullable Object> settings, @Nullable ExecutionIpc ipc) {
        settings.put("transport", ipc == null ? "memory" : "tcp_local");
        settings.put("auth_mode", ipc == null ? null : "hmac");
        settings.put("secret_mode", ipc == null ? null : lower(ipc.secretMode()));
        settings.put("kdf", ipc == null ? null : lower(ipc.kdf()));
        if (ipc != null) {
            settings.put("secret", source(ipc.secret()));
            settings.put("bind_host", ipc.bindAddress().getAddress().getHostAddress());
            settings.put("bind_port", ipc.bindAddress().getPort());
            settings.put("max_payload_bytes", ipc.maxPayloadBytes());
            settings.put("ttl_seconds", ipc.ttlSeconds());
            settings.put("nonce_cache_size", ipc.nonceCacheSize());
            settings.put("write_stall_timeout_ms", ipc.writeStallTimeout().toMillis());
            settings.put("busy_poll_us", ipc.busyPoll().toNanos() / 1_000);
        }
    }

    private static Map<String, @Nullable Object> group(GroupSpec group) {
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("name", group.name());
        summary.put("workers", group.workers());
        summary.put("depends_on", group.dependsOn());
        summary.put("program", program(group));
        summary.put("discovery_roots", group.discoveryRoots());
        summary.put("secret", source(group.secret()));
        summary.put("env", new TreeSet<>(group.env().keySet()));
        summary.put("calls", new TreeSet<>(group.calls()));
        RestartPolicy restart = group.restart();
        summary.put("max_concurrent_calls", callsAtMost(group));
        summary.put("restart", lower(restart.type()));
        boolean limited = restart.type() != RestartPolicy.Type.TEMPORARY;
        summary.put("max_restarts", limited ? restart.maxRestarts() : null);
        summary.put("within_seconds", limited ? restart.within().toSeconds() : null);
        return summary;
    }

    private static int callsAtMost(GroupSpec group) {
        return group.maxConcurrentCalls() == 0 ? callsOfItsWorkers(group) : group.maxConcurrentCalls();
    }

    /** What a group without a limit of its own is limited to. */
    static int callsOfItsWorkers(GroupSpec group) {
        return group.workers() * TransportConfig.defaults().maxConcurrentCalls();
    }

    private static String program(GroupSpec group) {
        if (!group.command().isEmpty()) {
            return group.command().get(0);
        }
        return group.entry().isEmpty() ? "worker runtime" : group.entry();
    }

    private static String archive(RuntimeConfig config) {
        RuntimeConfig.ClassArchive archive = config.classArchive();
        if (!archive.enabled() || config.mode() == RuntimeConfig.Mode.INLINE) {
            return "off";
        }
        return archive.directory() == null ? "on" : "on, in " + archive.directory();
    }

    private static @Nullable String source(@Nullable SecretSource source) {
        if (source == null) {
            return null;
        }
        return source instanceof SecretSource.File file ? "file " + file.path() : "given";
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Keys and values, to be part of a larger object. */
    public Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(settings);
        all.put("groups", groups);
        return all;
    }

    /** One JSON object. */
    public String json() {
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(toMap());
    }

    /** Aligned lines: the settings, then one table row for each group. */
    public String text() {
        List<List<String>> rows = new ArrayList<>();
        settings.forEach((key, value) -> rows.add(List.of(key, cell(value))));
        String table = Columns.align(rows);
        return groups.isEmpty() ? table : table + "\n" + Columns.align(groupRows());
    }

    private List<List<String>> groupRows() {
        List<String> shown = List.of(
                "name", "workers", "max_concurrent_calls", "restart", "depends_on", "program", "discovery_roots");
        List<List<String>> rows = new ArrayList<>();
        rows.add(shown.stream().map(key -> key.equals("name") ? "group" : key).toList());
        for (Map<String, @Nullable Object> group : groups) {
            rows.add(shown.stream().map(key -> cell(group.get(key))).toList());
        }
        return rows;
    }

    private static String cell(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.isEmpty()
                    ? "-"
                    : String.join(", ", list.stream().map(String::valueOf).toList());
        }
        if (value instanceof Map<?, ?> map) {
            return map.isEmpty()
                    ? "-"
                    : String.join(
                            ", ", map.entrySet().stream().map(String::valueOf).toList());
        }
        return String.valueOf(value);
    }

    /** One line: {@code bootstrap_mode=..., transport=..., secret_mode=..., kdf=...}. */
    @Override
    public String toString() {
        return String.join(
                ", ",
                List.of("bootstrap_mode", "transport", "secret_mode", "kdf").stream()
                        .map(key -> key + "=" + settings.get(key))
                        .toList());
    }
}
