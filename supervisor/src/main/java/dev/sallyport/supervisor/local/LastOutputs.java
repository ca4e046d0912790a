package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.admin.Supervised.Output;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each worker printed last, in this incarnation and the one before: the lines that explain an end are still there when its
 * successor runs. Safe for use by many threads.
 */
final class LastOutputs {

    private static final int INCARNATIONS = 2;

    private record Printed(long incarnation, WorkerProcess process) {}

    /** By group, a slash and worker. */
    private final Map<String, Deque<Printed>> byWorker = new HashMap<>();

    synchronized void spawned(PeerId id, WorkerProcess process) {
        Deque<Printed> last = byWorker.computeIfAbsent(key(id.group(), id.worker()), key -> new ArrayDeque<>());
        if (last.size() == INCARNATIONS) {
            last.removeFirst();
        }
        last.addLast(new Printed(id.incarnation(), process));
    }

    synchronized List<Output> of(String group, String worker) {
        List<Output> outputs = new ArrayList<>();
        for (Printed printed : byWorker.getOrDefault(key(group, worker), new ArrayDeque<>())) {
            outputs.add(new Output(printed.incarnation(), printed.process().output()));
        }
        return outputs;
    }

    private static String key(String group, String worker) {
        return group + "/" + worker;
    }
}
