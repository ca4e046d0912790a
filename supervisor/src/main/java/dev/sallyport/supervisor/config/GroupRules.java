package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_CONFLICT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_DUPLICATE;
import static dev.sallyport.transport.RejectReason.E_CONFIG_LIMIT;
import static dev.sallyport.transport.RejectReason.E_CONFIG_RELATION;
import static dev.sallyport.transport.RejectReason.E_CONFIG_UNKNOWN;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig.Mode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold between groups. */
final class GroupRules {

    /** One group, and where it stands. */
    record Placed(Section section, GroupSpec spec) {}

    private final Section platform;
    private final List<Placed> groups;
    private final Map<String, Placed> byName = new LinkedHashMap<>();

    GroupRules(Section platform, List<Placed> groups) {
        this.platform = platform;
        this.groups = groups;
    }

    void check(Mode mode) {
        for (Placed group : groups) {
            String name = group.spec().name();
            if (!name.isEmpty() && byName.putIfAbsent(name, group) != null) {
                group.section().error(E_CONFIG_DUPLICATE, "name", "another group has this name");
            }
            if (mode == Mode.INLINE && group.section().has("max_rss")) {
                group.section()
                        .warn(
                                ConfigWarning.Code.W_NO_EFFECT,
                                "max_rss",
                                "workers of inline mode have no memory of their own");
            }
            checkCalls(group);
            if (mode == Mode.INLINE && !group.spec().command().isEmpty()) {
                group.section()
                        .error(E_CONFIG_CONFLICT, "command", "an executable needs bootstrap.mode process_supervisor");
            }
        }
        checkTotal();
        groups.forEach(this::checkDependencies);
        checkCycles();
    }

    private static void checkCalls(Placed group) {
        int taken = RuntimeSummary.callsOfItsWorkers(group.spec());
        if (group.spec().maxConcurrentCalls() > taken) {
            group.section()
                    .warn(
                            ConfigWarning.Code.W_NO_EFFECT,
                            "max_concurrent_calls",
                            "its workers take " + taken + " together");
        }
    }

    private void checkTotal() {
        int total = groups.stream().mapToInt(group -> group.spec().workers()).sum();
        if (total > GroupReader.WORKERS_MAX) {
            platform.error(
                    E_CONFIG_LIMIT,
                    "process_groups",
                    "more than " + GroupReader.WORKERS_MAX + " workers in all groups");
        }
    }

    private void checkDependencies(Placed group) {
        Value list = group.section().get("depends_on");
        if (list == null || !list.isList()) {
            return;
        }
        for (Value item : list.items()) {
            String name = item.anyText();
            if (name != null && !byName.containsKey(name)) {
                item.error(E_CONFIG_UNKNOWN, "no such group" + Suggestion.of(name, byName.keySet()));
            }
        }
    }

    private void checkCycles() {
        Set<String> done = new HashSet<>();
        for (String name : byName.keySet()) {
            visit(name, new ArrayDeque<>(), done);
        }
    }

    /** Depth first; a group met again on its own path closes a cycle, which is told once. */
    private void visit(String name, Deque<String> path, Set<String> done) {
        Placed group = byName.get(name);
        if (group == null || done.contains(name)) {
            return;
        }
        path.addLast(name);
        for (String next : group.spec().dependsOn()) {
            if (path.contains(next)) {
                group.section().error(E_CONFIG_RELATION, "depends_on", "a cycle: " + cycle(path, next));
            } else {
                visit(next, path, done);
            }
        }
        path.removeLast();
        done.add(name);
    }

    private static String cycle(Deque<String> path, String from) {
        String members = String.join(
                " -> ", path.stream().dropWhile(name -> !name.equals(from)).toList());
        return members + " -> " + from;
    }
}
