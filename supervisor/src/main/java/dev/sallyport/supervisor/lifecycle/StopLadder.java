package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport.Phase;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps by which one worker is stopped (protocol.md, section 8): drain, then cancel, then SIGTERM, then SIGKILL, each with
 * its own end. It only goes up. Together the steps end {@code graceful_timeout + 7 s} after the order; 2 s for the sweep
 * behind them make the hard bound.
 */
final class StopLadder {

    /** In the order in which they are climbed. */
    enum Step {
        /** DRAIN is sent, or waits for a session. */
        DRAIN,
        /** IMMEDIATE is sent, or waits for a session. */
        CANCEL,
        TERM,
        KILL,
        /** SIGKILL did not end it. */
        UNKILLABLE,
        /** The policy forbids force. */
        LEFT_RUNNING
    }

    static final long CANCEL_MILLIS = 2_000;
    static final long TERM_MILLIS = 3_000;
    static final long REAP_MILLIS = 2_000;

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private static final StopPolicy FAILED = StopPolicy.graceful(Duration.ZERO).because("failed");

    private final StopPolicy policy;
    private boolean force;
    private final Supplier<ByteString> ids;
    private final long orderedAt;
    private Step step;
    private long stepEnds;
    private @Nullable StopRequest order;
    private final Set<ByteString> sentIds = new HashSet<>();
    private Phase phase = Phase.NOT_SENT;
    private int completed;
    private int abandoned;
    private boolean forced;

    private StopLadder(StopPolicy policy, Supplier<ByteString> ids, Step step, long now, long length) {
        this.policy = policy;
        this.force = policy.force();
        this.ids = ids;
        this.orderedAt = now;
        this.step = step;
        this.stepEnds = now + length;
    }

    /** The bottom: a worker that is asked. */
    static StopLadder ask(StopPolicy policy, Supplier<ByteString> ids, long now) {
        long timeout = policy.gracefulTimeout().toMillis();
        StopLadder ladder = new StopLadder(policy, ids, Step.DRAIN, now, timeout);
        ladder.order = ladder.request(StopRequest.Mode.DRAIN, timeout, policy.drainInflight());
        return ladder;
    }

    /** For a worker that failed and should end by itself within {@code millis}. */
    static StopLadder await(Supplier<ByteString> ids, long now, long millis) {
        return new StopLadder(FAILED, ids, Step.CANCEL, now, millis);
    }

    /** For a worker that failed and has to be ended. */
    static StopLadder force(Supplier<ByteString> ids, long now) {
        StopLadder ladder = await(ids, now, 0);
        ladder.terminate(now);
        return ladder;
    }

    private StopRequest request(StopRequest.Mode mode, long timeoutMillis, boolean drain) {
        return StopRequest.newBuilder()
                .setStopId(ids.get())
                .setMode(mode)
                .setGracefulTimeoutMs((int) Math.min(timeoutMillis, Integer.MAX_VALUE))
                .setDrainInflight(drain)
                .setReason(policy.reason())
                .build();
    }

    Step step() {
        return step;
    }

    long stepEnds() {
        return stepEnds;
    }

    long orderedAt() {
        return orderedAt;
    }

    /** Whether the worker is still being asked, and not forced. */
    boolean asks() {
        return order != null && (step == Step.DRAIN || step == Step.CANCEL);
    }

    /**
     * Orders what the current step is for.
     *
     * @param alive there is a process to be signalled
     * @param reachable there is a control lane to be written to
     */
    void order(PeerId worker, boolean alive, boolean reachable, List<Action> out) {
        if (asks() && reachable) {
            send(worker, Objects.requireNonNull(order), out);
        } else if (step == Step.TERM && alive) {
            out.add(new Action.Terminate(worker));
        } else if (step == Step.KILL && alive) {
            out.add(new Action.Kill(worker));
        }
    }

    private void send(PeerId worker, StopRequest request, List<Action> out) {
        sentIds.add(request.getStopId());
        if (phase == Phase.NOT_SENT) {
            phase = Phase.SENT;
        }
        out.add(new Action.SendStop(worker, request));
    }

    /** The last phase that the worker acknowledged. */
    Phase phase() {
        return phase;
    }

    int completed() {
        return completed;
    }

    int abandoned() {
        return abandoned;
    }

    /** Whether it needed more than the order to drain. */
    boolean forced() {
        return forced;
    }

    /** Whether the worker may end because of what this ladder did. */
    boolean wasHeard() {
        return forced || phase != Phase.NOT_SENT;
    }

    /** Whether this ladder sent the signal. */
    boolean signalled(int signal) {
        return (signal == SIGTERM && step.compareTo(Step.TERM) >= 0 && step != Step.LEFT_RUNNING)
                || (signal == SIGKILL && step.compareTo(Step.KILL) >= 0 && step != Step.LEFT_RUNNING);
    }

    /** Takes an acknowledgement of one of this ladder's orders; others are ignored. Returns whether the worker refused. */
    boolean acknowledged(StopAck ack) {
        boolean listening = step == Step.DRAIN || step == Step.CANCEL;
        if (phase == Phase.REFUSED || !sentIds.contains(ack.getStopId())) {
            return false;
        }
        Phase reached = Phase.valueOf(ack.getPhase().name());
        if (reached.compareTo(phase) > 0) {
            phase = reached;
            completed = Math.max(completed, ack.getCompleted());
            abandoned = Math.max(abandoned, ack.getAbandoned());
        }
        return listening && reached == Phase.REFUSED;
    }

    /** What two orders are together, for a worker that was asked for neither: the earlier end, and the stronger means. */
    static StopPolicy hastened(StopPolicy first, StopPolicy second) {
        boolean sooner = second.gracefulTimeout().compareTo(first.gracefulTimeout()) < 0;
        return new StopPolicy(
                sooner ? second.gracefulTimeout() : first.gracefulTimeout(),
                first.drainInflight() && second.drainInflight(),
                first.force() || second.force(),
                first.reason());
    }

    /** A second order: it can only come sooner and be stronger. */
    void hasten(StopPolicy second, long now) {
        force = force || second.force();
        if (step == Step.DRAIN) {
            stepEnds = Math.min(stepEnds, now + second.gracefulTimeout().toMillis());
        }
    }

    /** One step up, because this one's time is over. */
    void climb(long now) {
        switch (step) {
            case DRAIN -> {
                if (force) {
                    enter(Step.CANCEL, now, CANCEL_MILLIS);
                    order = request(StopRequest.Mode.IMMEDIATE, CANCEL_MILLIS, false);
                    forced = true;
                } else {
                    enter(Step.LEFT_RUNNING, now, 0);
                }
            }
            case CANCEL -> terminate(now);
            case TERM -> kill(now);
            case KILL -> enter(Step.UNKILLABLE, now, 0);
            case UNKILLABLE, LEFT_RUNNING -> {}
        }
    }

    /** Straight to signals, or to nothing when those are forbidden. */
    void terminate(long now) {
        if (force) {
            enter(Step.TERM, now, TERM_MILLIS);
            forced = true;
        } else {
            enter(Step.LEFT_RUNNING, now, 0);
        }
    }

    private void kill(long now) {
        enter(Step.KILL, now, REAP_MILLIS);
    }

    private void enter(Step next, long now, long length) {
        step = next;
        stepEnds = now + length;
    }
}
