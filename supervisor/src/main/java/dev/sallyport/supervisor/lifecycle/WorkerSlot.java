package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.transport.PeerId;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The place of one worker in its group, which its incarnations take one after another. */
final class WorkerSlot {

    private final String group;
    private final String name;
    private final StartLimits limits;
    private final Supplier<ByteString> stopIds;
    private final Backoff backoff;
    private long incarnation;
    private @Nullable WorkerLifecycle worker;
    private @Nullable WorkerEnd end;
    private boolean waiting;
    private long restartAt = Long.MAX_VALUE;

    WorkerSlot(String group, int index, StartLimits limits, Supplier<ByteString> stopIds, Backoff backoff) {
        this.group = group;
        this.name = Integer.toString(index);
        this.limits = limits;
        this.stopIds = stopIds;
        this.backoff = backoff;
    }

    /** Wants its next incarnation as soon as there is room for one more start. */
    void await() {
        restartAt = Long.MAX_VALUE;
        waiting = true;
    }

    boolean isWaiting() {
        return waiting;
    }

    void spawn(long now, List<Action> out) {
        incarnation++;
        waiting = false;
        end = null;
        worker = WorkerLifecycle.start(new PeerId(group, name, incarnation), limits, stopIds, now, out);
    }

    /** The name that every incarnation bears. */
    String name() {
        return name;
    }

    PeerId next() {
        return new PeerId(group, name, incarnation + 1);
    }

    /** Plans the next spawn and returns the delay. */
    long restart(WorkerEnd ended, long now) {
        long delay = backoff.next(ended.readyMillis());
        restartAt = now + delay;
        return delay;
    }

    boolean isRestartDue(long now) {
        return restartAt <= now;
    }

    void cancelRestart() {
        waiting = false;
        restartAt = Long.MAX_VALUE;
    }

    /**
     * Gives an event to the incarnation that it is for.
     *
     * @return how the worker ended, when this event settled it
     */
    @Nullable
    WorkerEnd on(PeerId id, WorkerEvent event, long now, List<Action> out) {
        WorkerLifecycle current = worker;
        if (current == null || !current.id().equals(id)) {
            if (event instanceof WorkerEvent.Spawned) {
                // an earlier incarnation that was given up while it was being spawned
                out.add(new Action.Kill(id));
            }
            return null;
        }
        return on(event, now, out);
    }

    /** Gives an event to the current incarnation, if there is one. */
    @Nullable
    WorkerEnd on(WorkerEvent event, long now, List<Action> out) {
        WorkerLifecycle current = worker;
        if (current == null) {
            return null;
        }
        boolean settledBefore = current.isSettled();
        current.on(event, now, out);
        if (!current.isSettled() || settledBefore) {
            return null;
        }
        end = current.end();
        return end;
    }

    /** Whether its incarnation is on the way to READY, or failed on it and is not settled yet. */
    boolean isStarting() {
        return worker != null && !worker.isSettled() && !isReady();
    }

    boolean isReady() {
        return worker != null && worker.state() == WorkerState.READY;
    }

    /** Whether nothing of it runs that somebody still means to end. */
    boolean isSettled() {
        return worker == null || worker.isSettled();
    }

    /** How the last incarnation ended, or null: none has, or the current one lives. */
    @Nullable
    WorkerEnd end() {
        return end;
    }

    long wakeAt() {
        return worker == null ? restartAt : Math.min(restartAt, worker.wakeAt());
    }
}
