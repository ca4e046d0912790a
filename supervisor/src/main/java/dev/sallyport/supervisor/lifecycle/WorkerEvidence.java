package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.Phase;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one incarnation, collected while it lives, so that its end can be explained. */
final class WorkerEvidence {

    private final PeerId id;
    private long pid;
    private @Nullable WorkerPhase phase;
    private long readyAt = -1;
    private long heartbeatAt = -1;
    private @Nullable RejectReason laneReason;
    private @Nullable Category category;
    private String what = "";
    private long failedAt;
    private WorkerEvent.@Nullable Exited exited;
    private long exitedAt;
    private boolean notEnded;
    private List<String> survivors = List.of();
    private List<String> traces = List.of();

    WorkerEvidence(PeerId id) {
        this.id = id;
    }

    void pid(long value) {
        pid = value;
    }

    long pid() {
        return pid;
    }

    void reached(WorkerPhase reached, long now) {
        phase = reached;
        if (reached == WorkerPhase.READY) {
            readyAt = now;
        }
    }

    void heartbeat(long now) {
        heartbeatAt = now;
    }

    void laneLost(RejectReason reason) {
        laneReason = reason;
    }

    /** The first failure counts: what follows it is its consequence. */
    void fail(Category kind, String text, long now) {
        if (category == null) {
            category = kind;
            what = text;
            failedAt = now;
        }
    }

    boolean hasFailed() {
        return category != null;
    }

    /** @param byItself nobody had asked it to end */
    void exited(WorkerEvent.Exited event, boolean byItself, long now) {
        exited = event;
        exitedAt = now;
        if (byItself) {
            fail(categoryOf(event.status()), new ExitStatus(event.status()).toString(), now);
        }
    }

    private Category categoryOf(int status) {
        if (phase == WorkerPhase.READY) {
            return Category.WORKER_FAILED;
        }
        return status == ExitStatus.BUNDLE_REFUSED ? Category.CHILD_BOOTSTRAP : Category.BOOTSTRAP;
    }

    void swept(WorkerEvent.Swept result) {
        survivors = result.survivors();
        traces = result.evidence();
    }

    void notEnded() {
        notEnded = true;
    }

    String laneText() {
        return "lost its control lane (" + laneReason + ") and did not connect again";
    }

    /** @param ladder how it was stopped, or null when it ended without that */
    WorkerEnd end(@Nullable StopLadder ladder, boolean asked, boolean running, long startedAt, long endedAt) {
        WorkerEvent.Exited exit = exited;
        End end = endOf(exit, ladder, asked);
        if (notEnded) {
            end = End.UNKILLABLE;
        } else if (running) {
            end = End.LEFT_RUNNING;
        }
        int code = exit == null ? 0 : codeOf(exit, end);
        WorkerStop record = new WorkerStop(
                id,
                pid,
                end,
                code,
                ladder == null ? Phase.NOT_SENT : ladder.phase(),
                ladder == null ? 0 : Math.max(0, endedAt - ladder.orderedAt()),
                ladder == null ? 0 : ladder.completed(),
                ladder == null ? 0 : ladder.abandoned(),
                survivors);
        return new WorkerEnd(
                record,
                failure(startedAt),
                ladder != null && ladder.forced(),
                running && !notEnded,
                notEnded,
                exit != null && exit.status() == 0,
                readyAt < 0 ? 0 : endedAt - readyAt);
    }

    private static End endOf(WorkerEvent.@Nullable Exited exit, @Nullable StopLadder ladder, boolean asked) {
        if (exit == null) {
            return End.ALREADY_EXITED;
        }
        ExitStatus status = new ExitStatus(exit.status());
        if (ladder != null && ladder.signalled(status.signal())) {
            return End.KILLED;
        }
        if (!asked) {
            return End.ALREADY_EXITED;
        }
        if (status.isSignal()) {
            return End.CRASHED;
        }
        boolean acknowledged = ladder != null && ladder.phase() == Phase.STOPPED;
        return status.isNormal() && acknowledged ? End.CLEAN : End.EXITED;
    }

    private static int codeOf(WorkerEvent.Exited exit, End end) {
        int signal = new ExitStatus(exit.status()).signal();
        return end == End.CRASHED || end == End.KILLED ? signal : exit.status();
    }

    private WorkerEnd.@Nullable Failure failure(long startedAt) {
        if (category == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        parts.add(id + (pid > 0 ? " (pid " + pid + ") " : " ") + what + ", " + (failedAt - startedAt)
                + " ms after its start, phase " + (phase == null ? "none" : phase));
        WorkerEvent.Exited exit = exited;
        String status = exit == null ? "" : new ExitStatus(exit.status()).toString();
        if (!status.isEmpty() && !status.equals(what)) {
            parts.add("then it " + status);
        }
        if (exit != null && exit.callsInFlight() > 0) {
            parts.add(exit.callsInFlight() + " calls were in flight");
        }
        if (exit != null && heartbeatAt >= 0) {
            parts.add("its last heartbeat came " + (exitedAt - heartbeatAt) + " ms before");
        }
        if (!survivors.isEmpty()) {
            parts.add("it left " + String.join(", ", survivors));
        }
        parts.addAll(traces);
        return new WorkerEnd.Failure(category, String.join("; ", parts));
    }
}
