package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A supervisor's state machine with a manual clock, and workers that do as the test says. */
final class Play {

    static final long SEED = 20261123;

    final SupervisorLifecycle supervisor;
    final List<Action> all = new ArrayList<>();
    long now;

    Play(GroupSpec... groups) {
        this(1_000, groups);
    }

    Play(int startsAtOnce, GroupSpec... groups) {
        supervisor = new SupervisorLifecycle(
                List.of(groups), RuntimeConfig.Lifecycle.DEFAULT, new SplittableRandom(SEED), startsAtOnce);
    }

    List<Action> start(String... names) {
        return on(new SupervisorEvent.StartGroups(List.of(names)));
    }

    List<Action> stop(StopPolicy policy) {
        return on(new SupervisorEvent.StopGroups(policy));
    }

    List<Action> on(SupervisorEvent event) {
        List<Action> actions = supervisor.on(event, now);
        all.addAll(actions);
        return actions;
    }

    List<Action> worker(PeerId id, WorkerEvent... events) {
        List<Action> actions = new ArrayList<>();
        for (WorkerEvent event : events) {
            actions.addAll(on(new SupervisorEvent.OfWorker(id, event)));
        }
        return actions;
    }

    /** Moves the clock on by this, with a tick wherever one is wanted. */
    List<Action> pass(long millis) {
        long end = now + millis;
        List<Action> actions = new ArrayList<>();
        while (supervisor.wakeAt() <= end) {
            now = Math.max(now, supervisor.wakeAt());
            actions.addAll(on(new SupervisorEvent.Tick()));
        }
        now = end;
        return actions;
    }

    List<Action> ready(PeerId id) {
        return worker(id, Fixture.spawned(), Fixture.controlOpen(), Fixture.ready());
    }

    List<Action> ends(PeerId id, int status) {
        return worker(
                id,
                Fixture.exited(status),
                new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_TRUNCATED),
                Fixture.swept());
    }

    static PeerId id(String group, int index, long incarnation) {
        return new PeerId(group, Integer.toString(index), incarnation);
    }

    static <A extends Action> List<A> only(List<Action> actions, Class<A> type) {
        return actions.stream().filter(type::isInstance).map(type::cast).toList();
    }

    Stream<String> spawned() {
        return only(all, Action.Spawn.class).stream()
                .map(spawn -> spawn.worker().toString());
    }

    Stream<String> groupsStopped() {
        return only(all, Action.GroupStopped.class).stream()
                .map(stopped -> stopped.stop().name());
    }
}
