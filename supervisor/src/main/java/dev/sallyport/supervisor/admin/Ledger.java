package dev.sallyport.supervisor.admin;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.transport.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the supervisor's thread has decided so far, kept for those who ask. That thread writes, any other reads; both take no
 * longer than a copy takes, so neither waits for user code. Bounded: the groups, the workers that live, the last 100 abnormal ends.
 */
final class Ledger {

    private static final int ENDS_MAX = 100;

    /** A group as it is now. */
    record GroupView(String name, String state, int size, int ready, int restarts, String evidence) {}

    /** A worker as it is now. */
    record WorkerView(PeerId id, long pid, String phase, long spawnedAt) {}

    /** An abnormal end. */
    record AbnormalEnd(long number, long unixMillis, String subject, String evidence) {}

    private static final class Group {
        private final int size;
        private String state = "waiting";
        private int restarts;
        private String evidence = "";

        Group(int size) {
            this.size = size;
        }
    }

    private static final class Worker {
        private final long spawnedAt;
        private long pid;
        private String phase = "spawning";

        Worker(long spawnedAt) {
            this.spawnedAt = spawnedAt;
        }
    }

    private final Consumer<AbnormalEnd> onEnd;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<PeerId, Worker> workers = new LinkedHashMap<>();
    private final Deque<AbnormalEnd> ends = new ArrayDeque<>();
    private long lastEnd;
    private boolean ready;
    private boolean stopOrdered;
    private boolean stopped;

    /** @param onEnd told of each abnormal end, on the supervisor's thread: must not wait */
    Ledger(List<GroupSpec> configured, Consumer<AbnormalEnd> onEnd) {
        this.onEnd = onEnd;
        configured.forEach(spec -> groups.put(spec.name(), new Group(spec.workers())));
    }

    /**
     * Takes in what was decided.
     *
     * @param now milliseconds of the clock that {@link WorkerView#spawnedAt} is in
     * @param unixMillis the date of an abnormal end
     */
    synchronized void on(Action action, long now, long unixMillis) {
        if (action instanceof Action.Spawn spawn) {
            workers.put(spawn.worker(), new Worker(now));
            group(spawn.worker().group()).state = ready ? "running" : "starting";
        } else if (action instanceof Action.PhaseReached reached) {
            reached(reached);
        } else if (action instanceof Action.SendStop send) {
            stopping(send.worker());
        } else if (action instanceof Action.Unseat unseat) {
            stopping(unseat.worker());
        } else if (action instanceof Action.Revoke revoke) {
            workers.remove(revoke.worker());
        } else if (action instanceof Action.Restarting restarting) {
            group(restarting.next().group()).restarts++;
        } else if (action instanceof Action.CloseGroup close) {
            group(close.group()).state = "stopping";
            stopOrdered |= !ready;
        } else if (action instanceof Action.AllReady) {
            allReady();
        } else if (action instanceof Action.AllStopped) {
            stopped = true;
        } else {
            end(action, unixMillis);
        }
    }

    private void end(Action action, long unixMillis) {
        if (action instanceof Action.Lost lost) {
            remember(lost.worker().toString(), lost.evidence(), unixMillis);
        } else if (action instanceof Action.ReplacementFailed failed) {
            remember(failed.next().toString(), failed.evidence(), unixMillis);
        } else if (action instanceof Action.GroupFailed failed) {
            group(failed.group()).evidence = failed.evidence();
        } else if (action instanceof Action.StartFailed failed) {
            failed.causes().forEach(cause -> remember("start", cause, unixMillis));
        } else if (action instanceof Action.GroupStopped stop) {
            stopped(stop.stop(), unixMillis);
        }
    }

    private Group group(String name) {
        return Objects.requireNonNull(groups.get(name));
    }

    private void reached(Action.PhaseReached reached) {
        Worker worker = workers.get(reached.worker());
        if (worker != null) {
            worker.pid = reached.pid();
            worker.phase = lower(reached.phase());
        }
    }

    private void stopping(PeerId id) {
        Worker worker = workers.get(id);
        if (worker != null) {
            worker.phase = "stopping";
        }
    }

    private void allReady() {
        ready = true;
        groups.values().stream()
                .filter(group -> group.state.equals("starting"))
                .forEach(group -> group.state = "running");
    }

    private void stopped(GroupStop stop, long unixMillis) {
        Group group = group(stop.name());
        group.state = group.evidence.isEmpty() ? "stopped" : "failed";
        for (WorkerStop worker : stop.workers()) {
            if (worker.end() != End.CLEAN && worker.end() != End.ALREADY_EXITED) {
                remember(worker.worker().toString(), evidence(worker), unixMillis);
            }
        }
    }

    private static String evidence(WorkerStop stop) {
        String code = stop.code() == 0 ? "" : "(" + stop.code() + ")";
        String survivors = stop.survivors().isEmpty() ? "" : "; it left " + String.join(", ", stop.survivors());
        return stop.worker() + " (pid " + stop.pid() + ") was told to stop and ended " + lower(stop.end()) + code
                + " at " + lower(stop.phase()) + ", " + stop.millis() + " ms after the order; " + stop.abandoned()
                + " calls abandoned" + survivors;
    }

    private void remember(String subject, String evidence, long unixMillis) {
        lastEnd++;
        AbnormalEnd end = new AbnormalEnd(lastEnd, unixMillis, subject, evidence);
        if (ends.size() == ENDS_MAX) {
            ends.removeFirst();
        }
        ends.addLast(end);
        onEnd.accept(end);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    synchronized void stopOrdered() {
        stopOrdered = true;
    }

    // for those who ask

    /** starting, running, stopping or stopped. */
    synchronized String state() {
        if (stopped) {
            return "stopped";
        }
        if (stopOrdered) {
            return "stopping";
        }
        return ready ? "running" : "starting";
    }

    synchronized List<GroupView> groups() {
        List<GroupView> views = new ArrayList<>();
        groups.forEach((name, group) ->
                views.add(new GroupView(name, group.state, group.size, ready(name), group.restarts, group.evidence)));
        return views;
    }

    /** The group, or null when none of this name is configured. */
    @Nullable
    GroupView find(String name) {
        return groups().stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private int ready(String group) {
        return (int) workers.entrySet().stream()
                .filter(entry -> entry.getKey().group().equals(group))
                .filter(entry -> entry.getValue().phase.equals(lower(WorkerPhase.READY)))
                .count();
    }

    /** In the order in which they were spawned. */
    synchronized List<WorkerView> workers() {
        List<WorkerView> views = new ArrayList<>();
        workers.forEach((id, worker) -> views.add(new WorkerView(id, worker.pid, worker.phase, worker.spawnedAt)));
        return views;
    }

    /** Those with a number above this, oldest first. */
    synchronized List<AbnormalEnd> endsAfter(long number) {
        return ends.stream().filter(end -> end.number() > number).toList();
    }
}
