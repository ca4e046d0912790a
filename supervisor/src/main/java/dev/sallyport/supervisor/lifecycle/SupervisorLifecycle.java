package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.SupervisorException.Category;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All groups: starts them in order as one transaction, stops them in reverse. A group starts when those it depends on are ready
 * and those configured before it have started; it stops when those that depend on it have stopped.
 */
public final class SupervisorLifecycle {

    private enum State {
        IDLE,
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED
    }

    private final List<GroupSpec> configured;
    private final StopPolicy ownPolicy;
    private final int startsAtOnce;
    private final Map<String, GroupLifecycle> byName = new HashMap<>();
    private final List<GroupLifecycle> order = new ArrayList<>();
    private final GroupStops stops = new GroupStops();
    private State state = State.IDLE;
    private boolean startedTold;
    private @Nullable StopPolicy stopPolicy;
    private @Nullable Category startFailure;
    private final List<String> startCauses = new ArrayList<>();

    /**
     * @param random for the jitter of restarts and the ids of stop orders
     * @param startsAtOnce how many workers may be on the way to READY at one time; more would take the processors from each other,
     *     until none of them were ready in time
     */
    public SupervisorLifecycle(
            List<GroupSpec> groups, RuntimeConfig.Lifecycle settings, RandomGenerator random, int startsAtOnce) {
        this.configured = List.copyOf(groups);
        this.startsAtOnce = startsAtOnce;
        this.ownPolicy = StopPolicy.graceful(settings.gracefulTimeout()).drainInflight(settings.drainInflight());
        StartLimits limits = StartLimits.within(settings.readyTimeout());
        for (GroupSpec group : configured) {
            byName.put(group.name(), new GroupLifecycle(group, limits, ownPolicy, () -> stopId(random), random));
        }
    }

    private static ByteString stopId(RandomGenerator random) {
        byte[] id = new byte[WireSpec.STOP_ID_BYTES];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    /** When it wants a tick; {@code Long.MAX_VALUE} for never. */
    public long wakeAt() {
        return order.stream().mapToLong(GroupLifecycle::wakeAt).min().orElse(Long.MAX_VALUE);
    }

    /**
     * Takes what happened and says what has to be done.
     *
     * @throws IllegalArgumentException for a start of groups that are not configured
     * @throws IllegalStateException for a start after a stop, and for one that needs a group which does not start again
     */
    public List<Action> on(SupervisorEvent event, long now) {
        List<Action> out = new ArrayList<>();
        if (event instanceof SupervisorEvent.StartGroups start) {
            start(start.names());
        } else if (event instanceof SupervisorEvent.StopGroups stop) {
            stop(stop.policy(), now, out);
        } else if (event instanceof SupervisorEvent.StopGroup one) {
            stopGroup(one.name(), now, out);
        } else if (event instanceof SupervisorEvent.RestartGroup one) {
            restartGroup(one.name(), now, out);
        } else if (event instanceof SupervisorEvent.ReadyTimedOut) {
            readyTimedOut(now, out);
        } else if (event instanceof SupervisorEvent.OfWorker of) {
            GroupLifecycle group = byName.get(of.worker().group());
            if (group != null) {
                group.on(of.worker(), of.event(), now, out);
            }
        } else {
            order.forEach(group -> group.tick(now, out));
        }
        advance(now, out);
        return out;
    }

    // start

    private void start(List<String> names) {
        if (state == State.STOPPING || state == State.STOPPED) {
            throw new IllegalStateException("a supervisor that was stopped does not start groups again");
        }
        List<GroupLifecycle> wanted = StartOrder.of(configured, names).stream()
                .map(spec -> group(spec.name()))
                .toList();
        wanted.stream().filter(GroupLifecycle::isGone).findFirst().ifPresent(gone -> {
            throw new IllegalStateException(gone(gone));
        });
        wanted.stream().filter(group -> !order.contains(group)).forEach(order::add);
        state = State.STARTING;
        startedTold = false;
    }

    private static String gone(GroupLifecycle group) {
        return "group " + group.spec().name() + " has stopped, or lost a worker for good: it does not start again";
    }

    private GroupLifecycle group(String name) {
        return Objects.requireNonNull(byName.get(name));
    }

    private void readyTimedOut(long now, List<Action> out) {
        if (state == State.STARTING) {
            failStart(Category.READY_TIMEOUT);
            order.forEach(group -> group.overdue(now, out));
        }
    }

    private void failStart(Category category) {
        startFailure = category;
        beginStop(ownPolicy.because("start failed"));
    }

    private void beginStop(StopPolicy policy) {
        stopPolicy = policy;
        state = State.STOPPING;
        order.forEach(GroupLifecycle::stopComes);
    }

    private void advance(long now, List<Action> out) {
        stops.collect(order);
        if (state == State.STARTING) {
            advanceStart(out);
        }
        if (state == State.STOPPING) {
            advanceStop(now, out);
        } else {
            spawnWaiting(now, out);
        }
        if (state == State.STARTING && order.stream().allMatch(SupervisorLifecycle::hasStarted)) {
            tellStarted(out);
        }
    }

    private void tellStarted(List<Action> out) {
        if (!startedTold) {
            startedTold = true;
            out.add(new Action.AllStarted());
        }
    }

    private static boolean hasStarted(GroupLifecycle group) {
        return group.state() != GroupLifecycle.State.IDLE && group.isSpawned();
    }

    private void spawnWaiting(long now, List<Action> out) {
        for (GroupLifecycle group : order) {
            long starting = order.stream().mapToLong(GroupLifecycle::starting).sum();
            group.spawn(Math.max(0, startsAtOnce - starting), now, out);
        }
    }

    private void advanceStart(List<Action> out) {
        WorkerEnd.Failure first = firstStartFailure();
        if (first != null) {
            failStart(first.category());
            return;
        }
        for (GroupLifecycle group : order) {
            if (group.state() == GroupLifecycle.State.IDLE) {
                List<GroupLifecycle> missing = missing(group);
                if (missing.isEmpty()) {
                    group.start();
                } else {
                    missing.stream().filter(GroupLifecycle::isGone).findFirst().ifPresent(gone -> {
                        startCauses.add(gone(gone));
                        failStart(Category.BOOTSTRAP);
                    });
                    return;
                }
            }
        }
        if (order.stream().allMatch(group -> group.state() != GroupLifecycle.State.STARTING || group.isReady())) {
            state = State.RUNNING;
            order.forEach(GroupLifecycle::commit);
            tellStarted(out);
            out.add(new Action.AllReady());
        }
    }

    private List<GroupLifecycle> missing(GroupLifecycle group) {
        return group.spec().dependsOn().stream()
                .map(this::group)
                .filter(needed -> !needed.isReady())
                .toList();
    }

    private WorkerEnd.@Nullable Failure firstStartFailure() {
        return order.stream()
                .filter(group -> group.state() == GroupLifecycle.State.STARTING)
                .flatMap(group -> group.failures().stream())
                .findFirst()
                .orElse(null);
    }

    // stop

    private void stop(StopPolicy policy, long now, List<Action> out) {
        if (stopPolicy != null) {
            // a second order hastens the first, also for groups whose turn comes later, and forces what it left running
            stopPolicy = StopLadder.hastened(stopPolicy, policy);
            order.forEach(group -> group.stopAgain(policy, now, out));
        } else if (state == State.STARTING) {
            startFailure = Category.BOOTSTRAP;
        }
        if (state != State.STOPPING) {
            beginStop(policy);
        }
    }

    /** A group that is part of a start or of a stop follows that. */
    private void stopGroup(String name, long now, List<Action> out) {
        GroupLifecycle group = byName.get(name);
        if (state == State.RUNNING && group != null && group.state() == GroupLifecycle.State.RUNNING) {
            group.stop(ownPolicy.drainInflight(true).because("drained"), now, out);
        }
    }

    private void restartGroup(String name, long now, List<Action> out) {
        GroupLifecycle group = byName.get(name);
        if (state == State.RUNNING && group != null) {
            group.replaceAll(now, out);
        }
    }

    private void advanceStop(long now, List<Action> out) {
        StopPolicy policy = Objects.requireNonNull(stopPolicy);
        for (int i = order.size() - 1; i >= 0; i--) {
            GroupLifecycle group = order.get(i);
            boolean waits = order.stream()
                    .anyMatch(other ->
                            other.spec().dependsOn().contains(group.spec().name())
                                    && other.state() != GroupLifecycle.State.STOPPED);
            boolean runs = group.state() == GroupLifecycle.State.STARTING
                    || group.state() == GroupLifecycle.State.RUNNING
                    || group.state() == GroupLifecycle.State.IDLE;
            if (!waits && runs) {
                group.stop(policy, now, out);
            }
        }
        stops.collect(order);
        boolean all =
                order.stream().allMatch(group -> group.state() == GroupLifecycle.State.STOPPED && group.isSettled());
        if (all) {
            stopped(out);
        }
    }

    private void stopped(List<Action> out) {
        state = State.STOPPED;
        if (startFailure != null) {
            List<String> causes = new ArrayList<>(startCauses);
            order.stream()
                    .flatMap(group -> group.failures().stream())
                    .map(WorkerEnd.Failure::evidence)
                    .forEach(causes::add);
            out.add(new Action.StartFailed(
                    startFailure, causes.isEmpty() ? List.of("stopped while starting") : List.copyOf(causes)));
            startFailure = null;
        }
        out.add(stops.allStopped(order));
    }
}
