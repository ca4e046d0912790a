package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.transport.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one group. Like an OTP supervisor with the strategy one_for_one: a worker that ends is started again by
 * policy, the others stay; too many restarts in the window end them all.
 */
final class GroupLifecycle {

    enum State {
        IDLE,
        /** Part of a start that is not complete: a failure is the start's failure, not a reason to restart. */
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED
    }

    private final GroupSpec spec;
    private final StopPolicy ownPolicy;
    private final RestartRule rule;
    private final List<WorkerSlot> slots;
    private final Replacements replacements;
    private final List<WorkerEnd.Failure> failures = new ArrayList<>();
    private final List<WorkerEnd> stopped = new ArrayList<>();
    private State state = State.IDLE;
    private boolean failedTold;
    private boolean stopComes;
    private long stopOrderedAt;
    private @Nullable GroupStop stop;

    GroupLifecycle(
            GroupSpec spec,
            StartLimits limits,
            StopPolicy ownPolicy,
            Supplier<ByteString> stopIds,
            RandomGenerator random) {
        this.spec = spec;
        this.ownPolicy = ownPolicy;
        this.rule = new RestartRule(spec.restart());
        this.slots = IntStream.range(0, spec.workers())
                .mapToObj(index -> new WorkerSlot(spec, index, limits, stopIds, random))
                .toList();
        this.replacements = new Replacements(slots);
    }

    GroupSpec spec() {
        return spec;
    }

    State state() {
        return state;
    }

    boolean isReady() {
        return (state == State.STARTING || state == State.RUNNING)
                && slots.stream().allMatch(WorkerSlot::isReady);
    }

    /** Whether it never will be ready again: it has stopped, or lost a worker that its policy does not replace. */
    boolean isGone() {
        return state == State.STOPPING
                || state == State.STOPPED
                || (state == State.RUNNING && slots.stream().anyMatch(WorkerSlot::isGone));
    }

    /** What failed while the group started or stopped. */
    List<WorkerEnd.Failure> failures() {
        return failures;
    }

    /** Its one stop event, once it has stopped. */
    @Nullable
    GroupStop stop() {
        return stop;
    }

    /** How its workers ended in the stop. */
    List<WorkerEnd> ends() {
        return slots.stream().flatMap(WorkerSlot::ends).toList();
    }

    boolean isSettled() {
        return slots.stream().allMatch(WorkerSlot::isSettled);
    }

    long wakeAt() {
        long wake = slots.stream().mapToLong(WorkerSlot::wakeAt).min().orElse(Long.MAX_VALUE);
        return mayReplace() ? Math.min(wake, replacements.wakeAt()) : wake;
    }

    /** Its workers want to be spawned. */
    void start() {
        state = State.STARTING;
        slots.forEach(WorkerSlot::await);
    }

    /** Spawns as many of the workers that wait for it, in order. */
    void spawn(long atMost, long now, List<Action> out) {
        slots.stream().filter(WorkerSlot::isWaiting).limit(atMost).forEach(slot -> slot.spawn(now, out));
    }

    /** How many of its workers are on the way to READY. */
    long starting() {
        return slots.stream().mapToLong(WorkerSlot::starting).sum();
    }

    /** Whether every worker was spawned. */
    boolean isSpawned() {
        return slots.stream().noneMatch(WorkerSlot::isWaiting);
    }

    /** The start that this group is part of is complete: from here on its policy decides. */
    void commit() {
        if (state == State.STARTING) {
            state = State.RUNNING;
        }
    }

    void on(PeerId id, WorkerEvent event, long now, List<Action> out) {
        slot(id).ifPresent(slot -> settle(slot, slot.on(id, event, now, out), now, out));
        replaceOne(now, out);
    }

    private Optional<WorkerSlot> slot(PeerId id) {
        return slots.stream().filter(slot -> slot.name().equals(id.worker())).findFirst();
    }

    void tick(long now, List<Action> out) {
        for (WorkerSlot slot : slots) {
            settle(slot, slot.tick(ownPolicy, now, out), now, out);
            if (slot.isRestartDue(now)) {
                slot.await();
            }
        }
        replaceOne(now, out);
    }

    /** Workers that are not ready are overdue: the start has failed. */
    void overdue(long now, List<Action> out) {
        for (WorkerSlot slot : slots) {
            settle(slot, slot.on(new WorkerEvent.Overdue(), now, out), now, out);
        }
    }

    void stop(StopPolicy policy, long now, List<Action> out) {
        if (state == State.IDLE) {
            state = State.STOPPED;
            return;
        }
        if (state == State.STARTING || state == State.RUNNING) {
            state = State.STOPPING;
            stopOrderedAt = now;
            out.add(new Action.CloseGroup(spec.name()));
        }
        for (WorkerSlot slot : slots) {
            slot.cancelStarts();
            settle(slot, slot.on(new WorkerEvent.Stop(policy), now, out), now, out);
        }
        completeStop(now, out);
    }

    /** A second order to stop, for a group that has had its first. */
    void stopAgain(StopPolicy policy, long now, List<Action> out) {
        if (state == State.STOPPING || state == State.STOPPED) {
            stop(policy, now, out);
        }
    }

    private void settle(WorkerSlot slot, List<WorkerSlot.Settled> settled, long now, List<Action> out) {
        settled.forEach(one -> settle(slot, one.role(), one.end(), now, out));
    }

    private void settle(WorkerSlot slot, WorkerSlot.Role role, WorkerEnd end, long now, List<Action> out) {
        WorkerEnd.Failure failure = end.failure();
        switch (state) {
            case STARTING -> {
                failures.add(Objects.requireNonNull(failure));
                // its stop is part of the group's, which follows at once
                stopped.add(end);
            }
            case RUNNING -> {
                switch (role) {
                    case SERVING -> restart(slot, end, Objects.requireNonNull(failure), now, out);
                    case REPLACEMENT -> Replacements.ended(slot, end, now, out);
                    case RETIRED -> Replacements.retired(slot, end, out);
                }
            }
            case STOPPING -> {
                if (failure != null) {
                    failures.add(failure);
                }
                stopped.add(end);
                completeStop(now, out);
            }
            case IDLE, STOPPED -> {}
        }
    }

    private void completeStop(long now, List<Action> out) {
        if (state != State.STOPPING || !isSettled()) {
            return;
        }
        state = State.STOPPED;
        stop = GroupStops.of(spec.name(), now - stopOrderedAt, stopped, ends());
        out.add(new Action.GroupStopped(stop));
    }

    // restarts

    private void restart(WorkerSlot slot, WorkerEnd end, WorkerEnd.Failure failure, long now, List<Action> out) {
        out.add(new Action.Lost(end.stop().worker(), failure.evidence()));
        if (stopComes) {
            return;
        }
        RestartRule.Verdict verdict = rule.decide(end, failure, now);
        switch (verdict) {
            case RESTART -> out.add(slot.restart(end, rule.count(), now));
            case DONE -> slot.abandonReplacement(ownPolicy, now, out);
            case FORBIDDEN -> {
                tellFailed(rule.evidence(verdict, failure), out);
                slot.abandonReplacement(ownPolicy, now, out);
            }
            case TOO_MANY, USELESS -> {
                tellFailed(rule.evidence(verdict, failure), out);
                stop(ownPolicy, now, out);
            }
        }
    }

    private void tellFailed(String evidence, List<Action> out) {
        if (!failedTold) {
            failedTold = true;
            out.add(new Action.GroupFailed(spec.name(), evidence));
        }
    }

    // replacements

    /** The supervisor stops, and this group will when its turn comes: nobody is restarted or replaced any more. */
    void stopComes() {
        stopComes = true;
    }

    /** All its workers are to be replaced. */
    void replaceAll(long now, List<Action> out) {
        if (state == State.RUNNING) {
            replacements.orderAll();
            replaceOne(now, out);
        }
    }

    private boolean mayReplace() {
        return state == State.RUNNING && !stopComes;
    }

    private void replaceOne(long now, List<Action> out) {
        if (mayReplace()) {
            replacements.beginOne(now, out);
        }
    }
}
