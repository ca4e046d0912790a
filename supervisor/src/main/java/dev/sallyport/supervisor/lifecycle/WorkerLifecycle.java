package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.process.Printable;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a worker, from the order to spawn until its process is reaped and nothing of it is left. It begins by
 * {@link #start} and never begins again. Here it starts and serves; how it ends is {@link WorkerEnding}'s.
 */
final class WorkerLifecycle {

    /** A lost control lane is connected again within this time, or the worker counts as lost: a connection may be tried for 10 s. */
    static final long LANE_GRACE_MILLIS = 15_000;

    private final PeerId id;
    private final StartLimits limits;
    private final long startedAt;
    private final WorkerEvidence evidence;
    private final Set<Lane> open = EnumSet.noneOf(Lane.class);
    private final WorkerEnding ending;

    /** The state of its start, as long as its end has not begun. */
    private WorkerState state = WorkerState.SPAWNING;

    private @Nullable WorkerPhase phase;
    private boolean spawned;
    private long stateEnds;

    private WorkerLifecycle(PeerId id, StartLimits limits, Supplier<ByteString> stopIds, long now) {
        this.id = id;
        this.limits = limits;
        this.startedAt = now;
        this.stateEnds = now + limits.spawned();
        this.evidence = new WorkerEvidence(id);
        this.ending = new WorkerEnding(id, stopIds, evidence, open);
    }

    /** Orders the spawn. */
    static WorkerLifecycle start(
            PeerId id, StartLimits limits, Supplier<ByteString> stopIds, long now, List<Action> out) {
        out.add(new Action.Spawn(id));
        return new WorkerLifecycle(id, limits, stopIds, now);
    }

    PeerId id() {
        return id;
    }

    WorkerState state() {
        WorkerState later = ending.state();
        return later == null ? state : later;
    }

    /** When it wants a tick; {@code Long.MAX_VALUE} for never. */
    long wakeAt() {
        return ending.hasBegun() ? ending.wakeAt() : stateEnds;
    }

    /** Whether nothing more will happen to it: it has ended, or it is left running. */
    boolean isSettled() {
        return state() == WorkerState.ENDED || state() == WorkerState.LEFT_RUNNING;
    }

    /** How it ended, once it is settled. */
    WorkerEnd end() {
        return ending.end(startedAt);
    }

    void on(WorkerEvent event, long now, List<Action> out) {
        if (event instanceof WorkerEvent.Tick) {
            tick(now, out);
        } else if (event instanceof WorkerEvent.HeartbeatAnswered) {
            evidence.heartbeat(now);
        } else if (event instanceof WorkerEvent.Spawned spawned) {
            spawned(spawned, now, out);
        } else if (event instanceof WorkerEvent.SpawnFailed failed) {
            spawnFailed(failed, now, out);
        } else if (event instanceof WorkerEvent.BundleFailed failed) {
            if (state() == WorkerState.SPAWNED) {
                fail(Category.BOOTSTRAP, "could not be handed its bundle: " + failed.detail(), now, out);
            }
        } else if (event instanceof WorkerEvent.LaneOpened opened) {
            laneOpened(opened.lane(), now, out);
        } else if (event instanceof WorkerEvent.LaneClosed closed) {
            laneClosed(closed, now, out);
        } else if (event instanceof WorkerEvent.Reported reported) {
            reported(reported.status(), now, out);
        } else if (event instanceof WorkerEvent.Acknowledged acknowledged) {
            ending.acknowledged(acknowledged, now, out);
        } else if (event instanceof WorkerEvent.Exited exited) {
            leaveSeat(out);
            ending.exited(exited, now, out);
        } else if (event instanceof WorkerEvent.Swept result) {
            ending.swept(result, now, out);
        } else if (event instanceof WorkerEvent.Stop stop) {
            leaveSeat(out);
            ending.stop(stop.policy(), now, out);
        } else if (event instanceof WorkerEvent.Overdue && state().compareTo(WorkerState.READY) < 0) {
            fail(Category.READY_TIMEOUT, "was not ready in the time that the caller gave", now, out);
        }
    }

    // start

    private void spawned(WorkerEvent.Spawned event, long now, List<Action> out) {
        if (spawned) {
            return;
        }
        spawned = true;
        evidence.pid(event.pid());
        ending.spawned(now, out);
        if (state() == WorkerState.SPAWNING) {
            state = WorkerState.SPAWNED;
            stateEnds = startedAt + limits.authenticated();
            reach(WorkerPhase.SPAWNED, now, out);
            out.add(new Action.WriteBundle(id));
        }
    }

    private void spawnFailed(WorkerEvent.SpawnFailed failed, long now, List<Action> out) {
        if (!spawned) {
            evidence.fail(Category.BOOTSTRAP, "could not be started: " + failed.detail(), now);
            ending.finish(now, out);
        }
    }

    private void laneOpened(Lane lane, long now, List<Action> out) {
        open.add(lane);
        if (lane != Lane.CONTROL) {
            return;
        }
        if (state() == WorkerState.SPAWNED) {
            state = WorkerState.AUTHENTICATED;
            stateEnds = startedAt + limits.containerUp();
            reach(WorkerPhase.AUTHENTICATED, now, out);
        } else if (state() == WorkerState.READY) {
            stateEnds = Long.MAX_VALUE;
        }
        ending.controlOpened(out);
    }

    private void reported(WorkerStatus status, long now, List<Action> out) {
        switch (status.getPhase()) {
            case CONTAINER_UP -> {
                if (state() == WorkerState.AUTHENTICATED) {
                    state = WorkerState.CONTAINER_UP;
                    stateEnds = startedAt + limits.ready();
                    reach(WorkerPhase.CONTAINER_UP, now, out);
                }
            }
            case READY -> {
                if (state() == WorkerState.AUTHENTICATED || state() == WorkerState.CONTAINER_UP) {
                    state = WorkerState.READY;
                    stateEnds = Long.MAX_VALUE;
                    reach(WorkerPhase.READY, now, out);
                    out.add(new Action.Seat(id));
                }
            }
            case FAILED -> reportedFailed(status, now, out);
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    private void reportedFailed(WorkerStatus status, long now, List<Action> out) {
        boolean wasReady = phase == WorkerPhase.READY;
        if (!open.contains(Lane.CONTROL) || (wasReady && state() != WorkerState.READY)) {
            return;
        }
        String text = "reported " + Printable.text(status.getCategory()) + ": " + Printable.text(status.getDetail());
        evidence.fail(wasReady ? Category.WORKER_FAILED : Category.CHILD_BOOTSTRAP, text, now);
        if (!ending.hasBegun()) {
            leaveSeat(out);
            ending.await(now, out);
        }
    }

    private void reach(WorkerPhase reached, long now, List<Action> out) {
        phase = reached;
        evidence.reached(reached, now);
        out.add(new Action.PhaseReached(id, reached, evidence.pid(), now - startedAt));
    }

    private void fail(Category category, String what, long now, List<Action> out) {
        evidence.fail(category, what, now);
        leaveSeat(out);
        ending.force(now, out);
    }

    // run

    private void laneClosed(WorkerEvent.LaneClosed closed, long now, List<Action> out) {
        if (closed.reason() == RejectReason.E_SUPERSEDED) {
            return;
        }
        open.remove(closed.lane());
        if (state() == WorkerState.READY && closed.lane() == Lane.CONTROL) {
            evidence.laneLost(closed.reason());
            stateEnds = now + LANE_GRACE_MILLIS;
        }
        ending.settleWhenQuiet(now, out);
    }

    /** It serves no longer. To be done before its end begins. */
    private void leaveSeat(List<Action> out) {
        if (state() == WorkerState.READY) {
            out.add(new Action.Unseat(id));
        }
    }

    private void tick(long now, List<Action> out) {
        if (now < wakeAt()) {
            return;
        }
        switch (state()) {
            case SPAWNING -> fail(Category.BOOTSTRAP, "did not start in time", now, out);
            case SPAWNED -> fail(Category.BOOTSTRAP, "did not connect in time", now, out);
            case AUTHENTICATED -> fail(Category.READY_TIMEOUT, "did not build its container in time", now, out);
            case CONTAINER_UP -> fail(Category.READY_TIMEOUT, "was not ready in time", now, out);
            case READY -> fail(Category.WORKER_FAILED, evidence.laneText(), now, out);
            case STOPPING, SWEEPING, LEFT_RUNNING, ENDED -> ending.tick(now, out);
        }
    }
}
