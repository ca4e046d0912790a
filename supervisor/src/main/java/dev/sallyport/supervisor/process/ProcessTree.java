package dev.sallyport.supervisor.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

/**
 * What one worker started, remembered while it runs: after its end, its children have another parent. Each is kept as a
 * {@link ProcessHandle}, which is a pid and a start time, so that a pid given to another process is never signalled.
 */
final class ProcessTree {

    private final long worker;
    private final boolean ownSession;
    private final Map<Long, ProcessHandle> members = new HashMap<>();

    /** @param ownSession the worker is the leader of a session, whose other members are its descendants */
    ProcessTree(long worker, boolean ownSession) {
        this.worker = worker;
        this.ownSession = ownSession;
    }

    /**
     * Takes in a look at the process table.
     *
     * @param workerEnded the worker was reaped, so a process of its pid is another one
     * @param startNow {@link ProcessTable#start} of the same table: a pid that was given away since the look is not taken in
     */
    synchronized void update(List<ProcessTable.Entry> table, boolean workerEnded, LongUnaryOperator startNow) {
        Map<Long, ProcessTable.Entry> alive = table.stream()
                .filter(entry -> !entry.defunct())
                .collect(Collectors.toMap(ProcessTable.Entry::pid, entry -> entry, (a, b) -> a));
        members.values().removeIf(handle -> !alive.containsKey(handle.pid()) || !handle.isAlive());
        // the kernel gives a session's id to no new process while the session has members, unless it had none for a
        // moment
        boolean sessionIsOurs = ownSession && !(workerEnded && alive.containsKey(worker));
        Set<Long> known = new HashSet<>(members.keySet());
        if (!workerEnded) {
            known.add(worker);
        }
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ProcessTable.Entry entry : alive.values()) {
                boolean ours = known.contains(entry.parent()) || (sessionIsOurs && entry.session() == worker);
                if (ours && entry.pid() != worker && known.add(entry.pid())) {
                    grown = true;
                    remember(entry, startNow);
                }
            }
        }
    }

    private void remember(ProcessTable.Entry entry, LongUnaryOperator startNow) {
        // the handle first: if the pid is still the looked-at process's afterwards, it was so when the handle was taken
        ProcessHandle.of(entry.pid())
                .filter(handle -> startNow.applyAsLong(entry.pid()) == entry.start())
                .ifPresent(handle -> members.put(entry.pid(), handle));
    }

    /** The descendants known to live, deepest first; in any order with an empty table. */
    synchronized List<ProcessHandle> deepestFirst(List<ProcessTable.Entry> table) {
        Map<Long, Long> parents = table.stream()
                .collect(Collectors.toMap(ProcessTable.Entry::pid, ProcessTable.Entry::parent, (a, b) -> a));
        List<ProcessHandle> order = new ArrayList<>(members.values());
        order.sort(Comparator.comparingInt((ProcessHandle handle) -> depth(handle.pid(), parents))
                .reversed()
                .thenComparing(ProcessHandle::pid));
        return order;
    }

    private int depth(long pid, Map<Long, Long> parents) {
        int depth = 0;
        long parent = parents.getOrDefault(pid, 0L);
        while (members.containsKey(parent) && depth < members.size()) {
            depth++;
            parent = parents.getOrDefault(parent, 0L);
        }
        return depth;
    }

    synchronized boolean isEmpty() {
        return members.isEmpty();
    }
}
