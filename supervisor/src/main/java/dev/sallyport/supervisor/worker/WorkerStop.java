package dev.sallyport.supervisor.worker;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.WorkerExit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How a worker ends (protocol.md, section 8): a pure state machine. The same order has the same answer, a further order can only
 * bring the end nearer, and every wait has a limit, but for one: an ordered drain lasts until it is done or a further order
 * comes, because whether a worker may be left running is the supervisor's policy.
 */
final class WorkerStop {

    private enum State {
        RUNNING,
        DRAINING,
        FLUSHING,
        CLOSING,
        ENDED
    }

    /** How long a worker without a supervisor may drain. */
    private static final long FORSAKEN_DRAIN = TimeUnit.SECONDS.toNanos(1);

    /** Sinks get this long even when the drain used up the time, so that a stuck call does not cost what others wrote. */
    private static final long FLUSH_AT_LEAST = TimeUnit.MILLISECONDS.toNanos(300);

    /** Closing the container gets this long even when the flush used up the time. */
    private static final long CLOSE_AT_LEAST = TimeUnit.MILLISECONDS.toNanos(200);

    private final RuntimeProfile profile;
    private final Set<ByteString> knownIds = new HashSet<>();
    private final List<StopAction> actions = new ArrayList<>();

    private State state = State.RUNNING;
    private StopAck answer =
            StopAck.newBuilder().setPhase(StopAck.Phase.ACCEPTED).build();
    private WorkerExit exit = WorkerExit.STOPPED;

    /** The limit of the present state, and whether this side acts on it while draining. */
    private long deadline;

    private boolean cancelsAtDeadline;

    private boolean laneLost;
    private long laneGraceEnds;

    private boolean ingressClosed;
    private boolean cancelled;
    private int servingAtClose;

    WorkerStop(RuntimeProfile profile) {
        this.profile = profile;
    }

    /** Takes one event at {@code now} and returns what is to be done, in order. */
    List<StopAction> on(StopEvent event, long now) {
        actions.clear();
        if (state != State.ENDED) {
            take(event, now);
        }
        return List.copyOf(actions);
    }

    /** When the next {@link StopEvent.Tick} is due, if any. */
    OptionalLong wakeAt() {
        return switch (state) {
            case RUNNING -> laneLost ? OptionalLong.of(laneGraceEnds) : OptionalLong.empty();
            case DRAINING -> cancelsAtDeadline && !cancelled ? OptionalLong.of(deadline) : OptionalLong.empty();
            case FLUSHING, CLOSING -> OptionalLong.of(deadline);
            case ENDED -> OptionalLong.empty();
        };
    }

    private void take(StopEvent event, long now) {
        if (event instanceof StopEvent.Ordered ordered) {
            ordered(ordered.order(), ordered.serving(), now);
        } else if (event instanceof StopEvent.Requested) {
            requested(now);
        } else if (event instanceof StopEvent.Forsaken forsaken) {
            forsaken(forsaken.exit(), now);
        } else if (event instanceof StopEvent.LaneLost) {
            laneLost = true;
            laneGraceEnds = now + profile.controlGrace().toNanos();
        } else if (event instanceof StopEvent.LaneRegained) {
            laneLost = false;
        } else if (event instanceof StopEvent.IngressClosed closed) {
            ingressClosed(closed.serving());
        } else if (event instanceof StopEvent.Drained) {
            // after a cancellation the count of what was given up is on its way, and says the same and more
            if (!cancelled) {
                drained(0, now);
            }
        } else if (event instanceof StopEvent.Cancelled given) {
            drained(given.abandoned(), now);
        } else if (event instanceof StopEvent.Flushed flushed) {
            flushed(flushed.complete(), now);
        } else if (event instanceof StopEvent.ContainerClosed) {
            containerClosed();
        } else if (event instanceof StopEvent.Tick) {
            tick(now);
        }
    }

    private void ordered(StopRequest order, int serving, long now) {
        if (!knownIds.add(order.getStopId())) {
            actions.add(new StopAction.Acknowledge(answer.toBuilder()
                    .setStopId(order.getStopId())
                    .setDuplicate(true)
                    .build()));
            return;
        }
        long asked = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(order.getGracefulTimeoutMs()));
        nearer(now + Math.min(asked, profile.maxGracefulTimeout().toNanos()));
        answer = answer.toBuilder()
                .setStopId(order.getStopId())
                .setEffectiveTimeoutMs(millis(deadline - now))
                .build();
        // a further order is answered with the phase already reached: phases never go back
        acknowledge(answer.getPhase(), serving);
        drain();
        if (order.getMode() == StopRequest.Mode.IMMEDIATE || !order.getDrainInflight()) {
            cancel();
        }
    }

    private void requested(long now) {
        if (state == State.RUNNING) {
            cancelsAtDeadline = true;
            nearer(now + profile.gracefulTimeout().toNanos());
            drain();
        }
    }

    private void forsaken(WorkerExit reason, long now) {
        if (exit == WorkerExit.STOPPED) {
            exit = reason;
        }
        cancelsAtDeadline = true;
        nearer(now + FORSAKEN_DRAIN);
        drain();
    }

    /** A deadline is set once and then only comes nearer. */
    private void nearer(long candidate) {
        if (state == State.RUNNING || candidate - deadline < 0) {
            deadline = candidate;
        }
    }

    private void drain() {
        if (state == State.RUNNING) {
            state = State.DRAINING;
            actions.add(new StopAction.CloseIngress(deadline));
        }
    }

    private void ingressClosed(int serving) {
        ingressClosed = true;
        servingAtClose = serving;
        acknowledge(StopAck.Phase.INGRESS_CLOSED, serving);
        if (cancelled) {
            actions.add(new StopAction.CancelServing());
        }
    }

    private void cancel() {
        if (state == State.DRAINING && !cancelled) {
            cancelled = true;
            if (ingressClosed) {
                actions.add(new StopAction.CancelServing());
            }
        }
    }

    private void drained(int abandoned, long now) {
        if (state != State.DRAINING || !ingressClosed) {
            return;
        }
        answer = answer.toBuilder()
                .setCompleted(Math.max(0, servingAtClose - abandoned))
                .setAbandoned(abandoned)
                .build();
        acknowledge(StopAck.Phase.DRAINED, 0);
        state = State.FLUSHING;
        atLeast(now + FLUSH_AT_LEAST);
        actions.add(new StopAction.Flush(deadline));
    }

    private void flushed(boolean complete, long now) {
        if (state != State.FLUSHING) {
            return;
        }
        if (complete) {
            acknowledge(StopAck.Phase.FLUSHED, 0);
        } else if (exit == WorkerExit.STOPPED) {
            exit = WorkerExit.NOT_FLUSHED;
        }
        state = State.CLOSING;
        atLeast(now + CLOSE_AT_LEAST);
        actions.add(new StopAction.CloseContainer());
    }

    /** STOPPED means that all went as ordered; what else it was, the exit code and the last phase say. */
    private void containerClosed() {
        if (state != State.CLOSING) {
            return;
        }
        if (exit == WorkerExit.STOPPED) {
            acknowledge(StopAck.Phase.STOPPED, 0);
        }
        state = State.ENDED;
        actions.add(new StopAction.End(exit));
    }

    private void tick(long now) {
        if (state == State.RUNNING) {
            if (laneLost && now - laneGraceEnds >= 0) {
                forsaken(WorkerExit.ORPHANED, now);
            }
        } else if (now - deadline >= 0) {
            expired(now);
        }
    }

    private void expired(long now) {
        switch (state) {
            case DRAINING -> {
                if (cancelsAtDeadline) {
                    cancel();
                }
            }
            case FLUSHING -> flushed(false, now);
            case CLOSING -> containerClosed();
            case RUNNING, ENDED -> {}
        }
    }

    private void atLeast(long floor) {
        if (floor - deadline > 0) {
            deadline = floor;
        }
    }

    private void acknowledge(StopAck.Phase phase, int inflight) {
        answer = answer.toBuilder().setPhase(phase).setInflight(inflight).build();
        if (!answer.getStopId().isEmpty()) {
            actions.add(new StopAction.Acknowledge(answer));
        }
    }

    private static int millis(long nanos) {
        return (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
