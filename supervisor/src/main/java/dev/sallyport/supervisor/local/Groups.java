package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.calls.GroupCalls;
import dev.sallyport.transport.PeerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The configured groups, and the calls to their workers. Safe for use by many threads. */
final class Groups {

    private final Map<String, GroupSpec> specs = new LinkedHashMap<>();
    private final Map<String, GroupCalls> calls = new LinkedHashMap<>();
    private final Set<String> begun = ConcurrentHashMap.newKeySet();

    Groups(List<GroupSpec> groups) {
        for (GroupSpec group : groups) {
            specs.put(group.name(), group);
            calls.put(group.name(), new GroupCalls(group));
        }
    }

    /** In the order of the configuration. */
    List<String> names() {
        return List.copyOf(specs.keySet());
    }

    /** The group of a worker that is spawned: from now on callers may ask for it. */
    GroupSpec begin(PeerId worker) {
        begun.add(worker.group());
        return Objects.requireNonNull(specs.get(worker.group()));
    }

    /** @throws IllegalArgumentException for a group that does not exist, or of which no worker was ever spawned */
    WorkerGroup begun(String name) {
        GroupCalls group = calls.get(name);
        if (group == null || !begun.contains(name)) {
            throw new IllegalArgumentException("no group " + name + " was started, only " + begun);
        }
        return group;
    }

    GroupCalls calls(String group) {
        return Objects.requireNonNull(calls.get(group));
    }

    /** Which seat of its group a worker has. */
    static int index(PeerId worker) {
        return Integer.parseInt(worker.worker());
    }
}
