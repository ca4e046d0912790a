package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The place of one worker in its group, which its incarnations take one after another. While a healthy worker is replaced there are
 * two: first its replacement, which starts, then the one that retires, which has given its seat away.
 */
final class WorkerSlot {

    /**
     * A worker that has given its seat away is asked to stop only after this time. Calls that were on their way to it when the seat
     * changed reach it first: the order to stop comes on another connection, and could overtake them.
     */
    static final long RETIRE_MILLIS = 1_000;

    /** What an incarnation is to its slot. */
    enum Role {
        SERVING,
        REPLACEMENT,
        RETIRED
    }

    /** An incarnation has settled. */
    record Settled(Role role, WorkerEnd end) {}

    private final GroupSpec group;
    private final String name;
    private final StartLimits limits;
    private final Supplier<ByteString> stopIds;
    private final RandomGenerator random;
    private final Backoff restarts;
    private Backoff retries;
    private long incarnation;
    private @Nullable WorkerLifecycle worker;
    private @Nullable WorkerLifecycle replacement;
    private @Nullable WorkerLifecycle retired;
    private @Nullable Wear wear;
    private boolean waiting;
    private boolean replacing;
    private long restartAt = Long.MAX_VALUE;
    private long retryAt;
    private long retireAt = Long.MAX_VALUE;

    WorkerSlot(GroupSpec group, int index, StartLimits limits, Supplier<ByteString> stopIds, RandomGenerator random) {
        this.group = group;
        this.name = Integer.toString(index);
        this.limits = limits;
        this.stopIds = stopIds;
        this.random = random;
        this.restarts = new Backoff(group.restart(), random);
        this.retries = new Backoff(group.restart(), random);
    }

    /** The name that every incarnation bears. */
    String name() {
        return name;
    }

    PeerId next() {
        return new PeerId(group.name(), name, incarnation + 1);
    }

    private Stream<WorkerLifecycle> all() {
        return Stream.of(retired, worker, replacement).filter(Objects::nonNull);
    }

    // start and restart

    /** Wants its next incarnation as soon as there is room for one more start. */
    void await() {
        restartAt = Long.MAX_VALUE;
        waiting = true;
    }

    boolean isWaiting() {
        return waiting;
    }

    void spawn(long now, List<Action> out) {
        PeerId id = next();
        incarnation++;
        waiting = false;
        WorkerLifecycle started = WorkerLifecycle.start(id, limits, stopIds, now, out);
        if (replacing) {
            replacement = started;
        } else {
            worker = started;
        }
    }

    /** Plans the next start of a worker that ended. */
    Action.Restarting restart(WorkerEnd ended, int restartsInWindow, long now) {
        wear = null;
        WorkerLifecycle started = replacement;
        if (started != null) {
            worker = started;
            endReplacing();
            return new Action.Restarting(started.id(), restartsInWindow, 0);
        }
        endReplacing();
        long delay = restarts.next(ended.readyMillis());
        restartAt = now + delay;
        return new Action.Restarting(next(), restartsInWindow, delay);
    }

    boolean isRestartDue(long now) {
        return restartAt <= now;
    }

    void cancelStarts() {
        waiting = false;
        replacing = replacement != null;
        restartAt = Long.MAX_VALUE;
        retireAt = Long.MAX_VALUE;
    }

    // replacement

    /** From when on its worker is to be replaced; {@code Long.MAX_VALUE} when it is not, or not yet. */
    long replaceDueAt() {
        return wear == null || !isReady() ? Long.MAX_VALUE : Math.max(retryAt, wear.dueAt());
    }

    /** Begins to replace its worker, which is due. */
    void replace(List<Action> out) {
        replacing = true;
        waiting = true;
        out.add(new Action.Replacing(
                Objects.requireNonNull(worker).id(),
                next(),
                Objects.requireNonNull(wear).reason()));
    }

    /** Its worker is due from now on; one that is only starting is new enough. */
    void orderReplacement() {
        if (wear != null && isReady()) {
            wear.ordered();
            retryAt = 0;
        }
    }

    boolean isReplacing() {
        return replacing || retired != null;
    }

    /** A replacement failed: the worker goes on, and another one is tried after a delay; -1: none, since it would fail as well. */
    long retryReplacement(WorkerEnd.Failure failure, long now) {
        endReplacing();
        long delay = failure.isRetryable() ? retries.next(0) : -1;
        retryAt = delay < 0 ? Long.MAX_VALUE : now + delay;
        return delay;
    }

    /** Nothing is replaced any more: the replacement took the place, or was not needed. */
    void endReplacing() {
        waiting = waiting && !replacing;
        replacing = false;
        replacement = null;
    }

    /** The worker that retired is gone. Returns who has its place. */
    PeerId forgetRetired() {
        retired = null;
        return Objects.requireNonNull(worker).id();
    }

    /** Stops a replacement that is not needed, if there is one. */
    void abandonReplacement(StopPolicy policy, long now, List<Action> out) {
        if (replacement == null) {
            endReplacing();
        } else {
            replacement.on(new WorkerEvent.Stop(policy), now, out);
        }
    }

    private void follow(long now) {
        WorkerLifecycle next = replacement;
        if (next != null && next.state() == WorkerState.READY) {
            retired = worker;
            retireAt = now + RETIRE_MILLIS;
            worker = next;
            wear = null;
            retries = new Backoff(group.restart(), random);
            endReplacing();
        }
        if (wear == null && isReady()) {
            wear = new Wear(group.recycle(), random, now);
            retryAt = 0;
        }
    }

    // events

    /** Gives an event to the incarnation that it is for. */
    List<Settled> on(PeerId id, WorkerEvent event, long now, List<Action> out) {
        WorkerLifecycle its =
                all().filter(one -> one.id().equals(id)).findFirst().orElse(null);
        List<Settled> settled = new ArrayList<>();
        if (its != null) {
            give(its, event, now, out, settled);
        } else if (event instanceof WorkerEvent.Spawned) {
            // an earlier incarnation that was given up while it was being spawned
            out.add(new Action.Kill(id));
        }
        if (its != null && its == worker && wear != null && event instanceof WorkerEvent.Measured measured) {
            wear.measured(measured.requests(), measured.residentBytes());
        }
        return settled;
    }

    /** Gives an event to every incarnation that there is. */
    List<Settled> on(WorkerEvent event, long now, List<Action> out) {
        List<Settled> settled = new ArrayList<>();
        all().toList().forEach(one -> give(one, event, now, out, settled));
        return settled;
    }

    private void give(WorkerLifecycle to, WorkerEvent event, long now, List<Action> out, List<Settled> settled) {
        boolean settledBefore = to.isSettled();
        to.on(event, now, out);
        if (to.isSettled() && !settledBefore) {
            Role role = to == worker ? Role.SERVING : to == retired ? Role.RETIRED : Role.REPLACEMENT;
            settled.add(new Settled(role, to.end()));
        }
        follow(now);
    }

    /** Time has passed. */
    List<Settled> tick(StopPolicy policy, long now, List<Action> out) {
        List<Settled> settled = on(new WorkerEvent.Tick(), now, out);
        if (retireAt <= now && retired != null) {
            retireAt = Long.MAX_VALUE;
            give(retired, new WorkerEvent.Stop(policy.because("replaced")), now, out, settled);
        }
        if (wear != null && isReady() && wear.wantsMeasuring(now)) {
            out.add(new Action.Measure(Objects.requireNonNull(worker).id()));
        }
        return settled;
    }

    // state

    /** How many of its incarnations are on the way to READY, or failed on it and are not settled yet. */
    long starting() {
        return Stream.of(worker, replacement)
                .filter(Objects::nonNull)
                .filter(one -> !one.isSettled() && one.state() != WorkerState.READY)
                .count();
    }

    boolean isReady() {
        return worker != null && worker.state() == WorkerState.READY;
    }

    /** Whether nothing of it runs that somebody still means to end. */
    boolean isSettled() {
        return all().allMatch(WorkerLifecycle::isSettled);
    }

    /** Whether its worker has ended, and no other is going to take its place. */
    boolean isGone() {
        return worker != null && worker.isSettled() && !waiting && !replacing && restartAt == Long.MAX_VALUE;
    }

    /** How its incarnations ended, those that have and were not followed by another. */
    Stream<WorkerEnd> ends() {
        return all().filter(WorkerLifecycle::isSettled).map(WorkerLifecycle::end);
    }

    long wakeAt() {
        long wake = Math.min(restartAt, retired == null ? Long.MAX_VALUE : retireAt);
        if (wear != null && isReady()) {
            wake = Math.min(wake, wear.measureAt());
        }
        return Math.min(wake, all().mapToLong(WorkerLifecycle::wakeAt).min().orElse(Long.MAX_VALUE));
    }
}
