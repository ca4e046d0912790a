package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_CONFLICT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_LIMIT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_MISSING;
import static dev.sallyport.transport.RejectReason.E_CONFIG_RELATION;
import static dev.sallyport.transport.RejectReason.E_CONFIG_VALUE;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.GroupSpec.Recycle;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.TransportConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** Reads one entry of {@code process_groups}. */
final class GroupReader {

    /** More workers than this are refused: each holds two sessions and a process. */
    static final int WORKERS_MAX = 256;

    /** The keys that say when a healthy worker is replaced. */
    static final List<String> RECYCLE_KEYS = List.of("max_requests", "max_age", "max_rss");

    /** As many as the largest group takes without a limit of its own. */
    private static final int CALLS_MAX =
            WORKERS_MAX * TransportConfig.defaults().maxConcurrentCalls();

    private static final Duration BACKOFF_LOW = Duration.ofMillis(1);
    private static final Duration BACKOFF_HIGH = Duration.ofHours(1);
    private static final Duration AGE_LOW = Duration.ofSeconds(1);
    private static final Duration AGE_HIGH = Duration.ofDays(365);
    private static final long RSS_LOW = 16L << 20;

    private final Section group;
    private final Paths paths;
    private final Secrets secrets;

    GroupReader(Section group, Paths paths, Secrets secrets) {
        this.group = group;
        this.paths = paths;
        this.secrets = secrets;
    }

    GroupSpec read() {
        String entry = group.text("entry");
        RestartPolicy restart = restart(group.section("restart"));
        GroupSpec spec = GroupSpec.builder(name())
                .workers(group.number("workers", 1, WORKERS_MAX, E_CONFIG_LIMIT, 1))
                .dependsOn(group.texts("depends_on"))
                .entry(entry == null ? "" : entry)
                .command(command())
                .classPath(list("class_path", paths::classPathEntry))
                .discoveryRoots(list("discovery_roots", paths::nameOrPath))
                .jvmArgs(group.texts("jvm_args"))
                .env(env())
                .calls(calls())
                .secret(secret())
                .restart(restart)
                .recycle(recycle(restart.type()))
                .maxConcurrentCalls(group.number("max_concurrent_calls", 1, CALLS_MAX, E_CONFIG_LIMIT, 0))
                .build();
        checkProgram();
        group.finish();
        return spec;
    }

    private String name() {
        String name = group.text("name");
        if (name == null) {
            group.require(E_CONFIG_MISSING, "name", "a group needs a name");
            return "";
        }
        if (!PeerId.isName(name)) {
            group.error(E_CONFIG_VALUE, "name", "a name is 1 to 63 of a-z, 0-9 and '-'");
            return "";
        }
        return name;
    }

    private List<String> command() {
        Value command = group.get("command");
        List<Value> items = command == null ? List.of() : command.items();
        if (command != null && command.isList() && items.isEmpty()) {
            command.error(E_CONFIG_VALUE, "an empty command; remove the key or name an executable");
        }
        List<String> words = new ArrayList<>();
        for (Value item : items) {
            String word = words.isEmpty() ? paths.nameOrPath(item) : item.anyText();
            words.add(word == null ? "" : word);
        }
        return words;
    }

    private List<String> list(String key, Function<Value, @Nullable String> convert) {
        Value value = group.get(key);
        List<String> converted = new ArrayList<>();
        for (Value item : value == null ? List.<Value>of() : value.items()) {
            String text = convert.apply(item);
            if (text != null) {
                converted.add(text);
            }
        }
        return converted;
    }

    /** A list of names to inherit, or a mapping of names to values, where an empty value inherits. */
    private Map<String, String> env() {
        Value env = group.get("env");
        Map<String, String> variables = new LinkedHashMap<>();
        if (env == null) {
            return variables;
        }
        if (env.node() instanceof MappingNode) {
            env.section().entries().forEach((name, value) -> {
                String text = value.isEmpty() ? "" : value.anyText();
                putVariable(variables, value, name, text);
            });
        } else {
            env.items().forEach(item -> putVariable(variables, item, item.anyText(), ""));
        }
        return variables;
    }

    private static void putVariable(
            Map<String, String> variables, Value at, @Nullable String name, @Nullable String value) {
        if (name == null || value == null) {
            return;
        }
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            at.error(E_CONFIG_VALUE, "not the name of an environment variable");
        } else if (value.indexOf('\0') >= 0) {
            at.error(E_CONFIG_VALUE, "a NUL character");
        } else {
            variables.put(name, value);
        }
    }

    private Set<String> calls() {
        Set<String> methods = new LinkedHashSet<>(list("calls", item -> {
            String name = item.text();
            int length = name == null ? 1 : name.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0 || length > MethodDescriptor.NAME_MAX_BYTES) {
                item.error(E_CONFIG_VALUE, "a method name is 1 to " + MethodDescriptor.NAME_MAX_BYTES + " bytes");
            } else if (name != null && PeerSpec.isAdminMethod(name)) {
                item.error(E_CONFIG_VALUE, "a method of the administrator, which no worker may call");
            }
            return name;
        }));
        return methods;
    }

    private @Nullable SecretSource secret() {
        Value file = group.get("secret_file");
        return file == null ? null : secrets.file(file);
    }

    private void checkProgram() {
        if (!group.has("command")) {
            return;
        }
        for (String key : List.of("entry", "class_path", "jvm_args")) {
            if (group.has(key)) {
                group.error(E_CONFIG_CONFLICT, key, "only for a JVM worker; remove it, or remove command");
            }
        }
    }

    private static RestartPolicy restart(Section restart) {
        RestartPolicy.Type type = restart.choice("policy", RestartPolicy.Type.class, "E_CONFIG_UNKNOWN");
        RestartPolicy base = type == RestartPolicy.Type.TEMPORARY ? RestartPolicy.NEVER : RestartPolicy.DEFAULT;
        int max = restart.number("max_restarts", 0, 1000, E_CONFIG_LIMIT, base.maxRestarts());
        int within = restart.number(
                "within_seconds", 1, 86_400, E_CONFIG_LIMIT, (int) base.within().toSeconds());
        Section backoff = restart.section("backoff");
        Duration min = Quantity.duration(backoff, "min", BACKOFF_LOW, BACKOFF_HIGH, base.backoffMin());
        Duration most = Quantity.duration(backoff, "max", BACKOFF_LOW, BACKOFF_HIGH, base.backoffMax());
        if (min.compareTo(most) > 0) {
            backoff.error(E_CONFIG_RELATION, "max", "below min");
            most = min;
        }
        backoff.finish();
        restart.finish();
        return new RestartPolicy(type == null ? base.type() : type, max, Duration.ofSeconds(within), min, most);
    }

    private Recycle recycle(RestartPolicy.Type type) {
        int requests = group.number("max_requests", 1, Integer.MAX_VALUE, E_CONFIG_LIMIT, 0);
        Duration age = Quantity.duration(group, "max_age", AGE_LOW, AGE_HIGH, Duration.ZERO);
        Recycle recycle = new Recycle(requests, age.toSeconds(), Quantity.bytes(group, "max_rss", RSS_LOW, 0));
        if (type != RestartPolicy.Type.TEMPORARY) {
            return recycle;
        }
        for (String key : RECYCLE_KEYS) {
            if (group.has(key)) {
                group.error(
                        E_CONFIG_CONFLICT,
                        key,
                        "a temporary worker is not replaced, its state would be lost; remove it, or choose another restart.policy");
            }
        }
        return Recycle.NEVER;
    }
}
