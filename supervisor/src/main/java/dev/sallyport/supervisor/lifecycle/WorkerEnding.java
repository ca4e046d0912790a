package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of one incarnation: from the order to stop it, its failure or its exit, until its process is reaped and nothing of it is
 * left. Its states are those behind READY; until one of them is reached it has none.
 */
final class WorkerEnding {

    /** A worker that said it failed, or that has to write its post-mortem, ends by itself within this time. */
    private static final long FAILURE_EXIT_MILLIS = 2_000;

    private static final long SWEEP_MILLIS = 2_000;

    private final PeerId id;
    private final Supplier<ByteString> stopIds;
    private final WorkerEvidence evidence;
    private final Set<Lane> open;
    private @Nullable WorkerState state;
    private @Nullable StopLadder ladder;
    private boolean alive;
    private boolean asked;
    private boolean swept;
    private long sweepEnds;
    private long endedAt;

    /** @param open the lanes that are open now; kept by the owner */
    WorkerEnding(PeerId id, Supplier<ByteString> stopIds, WorkerEvidence evidence, Set<Lane> open) {
        this.id = id;
        this.stopIds = stopIds;
        this.evidence = evidence;
        this.open = open;
    }

    /** The state that it has brought the worker to; null while the worker starts or serves. */
    @Nullable
    WorkerState state() {
        return state;
    }

    boolean hasBegun() {
        return state != null;
    }

    /** When it wants a tick; {@code Long.MAX_VALUE} for never. */
    long wakeAt() {
        return state == WorkerState.STOPPING
                ? ladder().stepEnds()
                : state == WorkerState.SWEEPING ? sweepEnds : Long.MAX_VALUE;
    }

    WorkerEnd end(long startedAt) {
        return evidence.end(ladder, asked, state == WorkerState.LEFT_RUNNING, startedAt, endedAt);
    }

    /** There is a process: one that was given up while it was being spawned is ended. */
    void spawned(long now, List<Action> out) {
        alive = true;
        if (state == WorkerState.ENDED) {
            out.add(new Action.Kill(id));
        } else if (state == WorkerState.STOPPING) {
            if (ladder().asks()) {
                // it can only be asked once it has keys
                out.add(new Action.WriteBundle(id));
            }
            perform(now, out);
        }
    }

    void controlOpened(List<Action> out) {
        if (state == WorkerState.STOPPING && ladder().asks()) {
            ladder().order(id, alive, true, out);
        }
    }

    /** Somebody wants it to stop. */
    void stop(StopPolicy policy, long now, List<Action> out) {
        if (state == WorkerState.SWEEPING || state == WorkerState.ENDED) {
            return;
        }
        asked = asked || !evidence.hasFailed();
        if (state == WorkerState.STOPPING) {
            ladder().hasten(policy, now);
        } else {
            climb(StopLadder.ask(policy, stopIds, now), now, out);
        }
    }

    /** It failed, and has to be ended. */
    void force(long now, List<Action> out) {
        climb(StopLadder.force(stopIds, now), now, out);
    }

    /** It said that it failed, and should end by itself. */
    void await(long now, List<Action> out) {
        climb(StopLadder.await(stopIds, now, FAILURE_EXIT_MILLIS), now, out);
    }

    private void climb(StopLadder next, long now, List<Action> out) {
        ladder = next;
        state = WorkerState.STOPPING;
        perform(now, out);
    }

    private StopLadder ladder() {
        if (ladder == null) {
            throw new IllegalStateException(id + " is not on the stop ladder");
        }
        return ladder;
    }

    void acknowledged(WorkerEvent.Acknowledged acknowledged, long now, List<Action> out) {
        if (ladder != null && ladder.acknowledged(acknowledged.ack()) && state == WorkerState.STOPPING) {
            ladder.terminate(now);
            perform(now, out);
        }
    }

    void exited(WorkerEvent.Exited exited, long now, List<Action> out) {
        alive = false;
        evidence.exited(exited, ladder == null || !ladder.wasHeard(), now);
        if (state != WorkerState.ENDED && state != WorkerState.SWEEPING) {
            state = WorkerState.SWEEPING;
            sweepEnds = now + SWEEP_MILLIS;
            out.add(new Action.Sweep(id));
        }
    }

    void swept(WorkerEvent.Swept result, long now, List<Action> out) {
        if (state == WorkerState.SWEEPING) {
            evidence.swept(result);
            swept = true;
            settleWhenQuiet(now, out);
        }
    }

    /** Keys are revoked only when both lanes have ended, so that answers written before the exit still arrive. */
    void settleWhenQuiet(long now, List<Action> out) {
        if (state == WorkerState.SWEEPING && swept && open.isEmpty()) {
            finish(now, out);
        }
    }

    void finish(long now, List<Action> out) {
        if (state != WorkerState.ENDED) {
            state = WorkerState.ENDED;
            endedAt = now;
            out.add(new Action.Revoke(id));
        }
    }

    /** The time of its state is over. */
    void tick(long now, List<Action> out) {
        if (state == WorkerState.STOPPING) {
            ladder().climb(now);
            perform(now, out);
        } else if (state == WorkerState.SWEEPING) {
            finish(now, out);
        }
    }

    /** Does what the current step of the ladder asks for. */
    private void perform(long now, List<Action> out) {
        StopLadder current = ladder();
        current.order(id, alive, open.contains(Lane.CONTROL), out);
        if (current.step() == StopLadder.Step.LEFT_RUNNING) {
            state = WorkerState.LEFT_RUNNING;
            endedAt = now;
        } else if (current.step() == StopLadder.Step.UNKILLABLE) {
            if (alive) {
                evidence.notEnded();
            }
            finish(now, out);
        }
    }
}
