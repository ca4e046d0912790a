package dev.sallyport.supervisor.lifecycle;

import static dev.sallyport.supervisor.lifecycle.Play.id;
import static dev.sallyport.supervisor.lifecycle.Play.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.GroupSpec.Recycle;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Healthy workers that are replaced: the replacement first, then the worker before it. */
class RecycleTest {

    private static final long HOUR = 3_600_000;
    private static final Recycle HOURLY = new Recycle(0, 3_600, 0);
    private static final Recycle MEASURED = new Recycle(1_000, 0, 100 << 20);
    private static final PeerId FIRST = id("g", 0, 1);
    private static final PeerId SECOND = id("g", 0, 2);

    private static RestartPolicy policy(RestartPolicy.Type type, int max) {
        return new RestartPolicy(type, max, Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    private static Play running(int workers, RestartPolicy restart, Recycle recycle) {
        GroupSpec plain = Fixture.group("g", workers, restart);
        Play play = new Play(plain.toBuilder().recycle(recycle).build());
        play.start("g");
        for (int i = 0; i < workers; i++) {
            play.ready(id("g", i, 1));
        }
        assertThat(only(play.all, Action.AllReady.class)).hasSize(1);
        play.all.clear();
        return play;
    }

    private static Play hourly(int workers) {
        return running(workers, RestartPolicy.DEFAULT, HOURLY);
    }

    /** Lets time pass until a worker is being replaced. */
    private static void due(Play play) {
        int replaced = only(play.all, Action.Replaced.class).size();
        while (only(play.all, Action.Replacing.class).size() == replaced) {
            assertThat(play.supervisor.wakeAt()).isLessThan(Long.MAX_VALUE);
            play.pass(play.supervisor.wakeAt() - play.now);
        }
    }

    private static List<PeerId> stopped(List<Action> actions) {
        return only(actions, Action.SendStop.class).stream()
                .map(Action.SendStop::worker)
                .toList();
    }

    @Test
    void theReplacementIsReadyAndSeatedBeforeTheWorkerIsAskedToStop() {
        Play play = hourly(1);
        due(play);
        assertThat(only(play.all, Action.Replacing.class))
                .containsExactly(new Action.Replacing(FIRST, SECOND, "max_age"));
        assertThat(play.spawned()).containsExactly("g/0#2");
        assertThat(stopped(play.all)).as("the old one serves on").isEmpty();

        assertThat(play.ready(SECOND)).contains(new Action.Seat(SECOND));
        assertThat(play.pass(WorkerSlot.RETIRE_MILLIS - 1)).isEmpty();
        List<Action> retire = play.pass(1);
        assertThat(stopped(retire)).containsExactly(FIRST);
        assertThat(retire).contains(new Action.Unseat(FIRST));

        List<Action> last = play.ends(FIRST, 0);
        assertThat(only(last, Action.Replaced.class)).singleElement().satisfies(replaced -> {
            assertThat(replaced.next()).isEqualTo(SECOND);
            assertThat(replaced.worker().worker()).isEqualTo(FIRST);
        });
        assertThat(play.all)
                .noneMatch(action -> action instanceof Action.Lost
                        || action instanceof Action.Restarting
                        || action instanceof Action.GroupFailed
                        || action instanceof Action.GroupStopped);
    }

    @Test
    void replacementsNeverCountAsRestarts() {
        Play play = running(1, policy(RestartPolicy.Type.PERMANENT, 0), HOURLY);
        for (int incarnation = 1; incarnation <= 20; incarnation++) {
            due(play);
            play.ready(id("g", 0, incarnation + 1));
            play.pass(WorkerSlot.RETIRE_MILLIS);
            play.ends(id("g", 0, incarnation), 0);
        }
        assertThat(only(play.all, Action.Replaced.class)).hasSize(20);
        assertThat(only(play.all, Action.GroupFailed.class)).isEmpty();
        play.ends(id("g", 0, 21), 1);
        assertThat(only(play.all, Action.GroupFailed.class)).hasSize(1);
    }

    @Test
    void workersThatBeganTogetherAreDueApartAndOneAtATime() {
        Play play = hourly(20);
        long[] due = new long[20];
        for (int i = 0; i < due.length; i++) {
            due(play);
            due[i] = play.now;
            Action.Replacing replacing = only(play.all, Action.Replacing.class).get(i);
            play.ready(replacing.next());
            play.pass(WorkerSlot.RETIRE_MILLIS);
            play.ends(replacing.worker(), 0);
            assertThat(only(play.all, Action.Replaced.class)).hasSize(i + 1);
        }
        assertThat(LongStream.of(due).max().orElse(0) - due[0])
                .as("seed %s", Play.SEED)
                .isGreaterThan(HOUR / 20);
        assertThat(due[0]).isGreaterThanOrEqualTo(HOUR - HOUR / 10);
    }

    @Test
    void aWorkerThatIsSoonDueAgainDoesNotKeepTheOthersFromTheirTurn() {
        Play play = running(2, RestartPolicy.DEFAULT, MEASURED);
        PeerId other = id("g", 1, 1);
        play.worker(FIRST, new WorkerEvent.Measured(1_000, 0));
        play.worker(other, new WorkerEvent.Measured(1_000, 0));
        play.ready(SECOND);
        play.worker(SECOND, new WorkerEvent.Measured(1_000, 0));
        play.pass(WorkerSlot.RETIRE_MILLIS);
        play.ends(FIRST, 0);
        assertThat(only(play.all, Action.Replacing.class))
                .extracting(Action.Replacing::worker)
                .containsExactly(FIRST, other);
    }

    @Test
    void aSecondWorkerThatIsDueWaitsForTheFirst() {
        Play play = running(2, RestartPolicy.DEFAULT, MEASURED);
        play.worker(id("g", 1, 1), new WorkerEvent.Measured(1_000, 0));
        play.worker(FIRST, new WorkerEvent.Measured(1_000, 0));
        assertThat(play.spawned()).containsExactly("g/1#2");
        play.ready(id("g", 1, 2));
        play.pass(WorkerSlot.RETIRE_MILLIS);
        assertThat(play.spawned()).hasSize(1);
        play.ends(id("g", 1, 1), 0);
        assertThat(play.spawned()).containsExactly("g/1#2", "g/0#2");
    }

    @ParameterizedTest(name = "{0} requests, {1} MiB: {2}")
    @CsvSource(
            value = {
                "899, 89, ",
                "1000, 10, max_requests: 1000 requests",
                "10, 100, max_rss: 100 MiB resident",
                "0, 0, "
            })
    void aWorkerIsMeasuredOnceASecondAndReplacedWhenItIsWorn(long requests, long mebibytes, String reason) {
        Play play = running(1, RestartPolicy.DEFAULT, MEASURED);
        assertThat(play.pass(999)).isEmpty();
        assertThat(play.pass(1)).containsExactly(new Action.Measure(FIRST));
        List<Action> actions = play.worker(FIRST, new WorkerEvent.Measured(requests, mebibytes << 20));
        assertThat(only(actions, Action.Replacing.class))
                .extracting(Action.Replacing::reason)
                .isEqualTo(reason == null ? List.of() : List.of(reason));
        assertThat(play.pass(1_000)).contains(new Action.Measure(FIRST));
    }

    @Test
    void aGroupWithoutSuchLimitsIsNeverMeasured() {
        Play play = running(1, RestartPolicy.DEFAULT, Recycle.NEVER);
        assertThat(play.supervisor.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theNextIncarnationBeginsAnew() {
        Play play = running(1, RestartPolicy.DEFAULT, MEASURED);
        play.worker(FIRST, new WorkerEvent.Measured(1_000, 0));
        play.ready(SECOND);
        play.worker(FIRST, new WorkerEvent.Measured(2_000, 0));
        play.pass(WorkerSlot.RETIRE_MILLIS);
        play.ends(FIRST, 0);
        play.worker(SECOND, new WorkerEvent.Measured(5, 0));
        assertThat(play.spawned()).containsExactly("g/0#2");
    }

    @Test
    void aReplacementThatFailsLeavesTheWorkerServingAndIsTriedAgainAfterADelay() {
        Play play = hourly(1);
        due(play);
        for (int incarnation = 2; incarnation <= 7; incarnation++) {
            PeerId next = id("g", 0, incarnation);
            play.worker(next, Fixture.spawned());
            List<Action> failed = play.ends(next, 1);
            Action.ReplacementFailed told =
                    only(failed, Action.ReplacementFailed.class).get(0);
            assertThat(told.next()).isEqualTo(next);
            assertThat(told.evidence()).contains("exited with 1");
            assertThat(told.retryMillis()).isBetween(0L, 100L << (incarnation - 2));
            play.pass(told.retryMillis());
            assertThat(play.spawned()).hasSize(incarnation);
        }
        assertThat(play.all)
                .noneMatch(action -> action instanceof Action.Unseat
                        || action instanceof Action.Lost
                        || action instanceof Action.Restarting
                        || action instanceof Action.GroupFailed);
    }

    @Test
    void aReplacementThatHangsIsEndedAndTheWorkerServesOn() {
        Play play = hourly(1);
        due(play);
        play.worker(SECOND, Fixture.spawned());
        assertThat(play.pass(20_000)).contains(new Action.Terminate(SECOND));
        assertThat(only(play.ends(SECOND, 143), Action.ReplacementFailed.class)).hasSize(1);
        assertThat(stopped(play.all)).isEmpty();
    }

    @Test
    void aReplacementWhoseConfigurationIsRefusedIsNotTriedAgain() {
        Play play = hourly(1);
        due(play);
        play.worker(SECOND, Fixture.spawned());
        List<Action> failed = play.ends(SECOND, 78);
        assertThat(only(failed, Action.ReplacementFailed.class))
                .extracting(Action.ReplacementFailed::retryMillis)
                .containsExactly(-1L);
        assertThat(play.pass(HOUR)).isEmpty();
        assertThat(play.supervisor.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aWorkerThatDiesWhileItsReplacementStartsIsARestartThatHasBegun() {
        Play play = hourly(1);
        due(play);
        play.worker(SECOND, Fixture.spawned());
        List<Action> died = play.ends(FIRST, 1);
        assertThat(only(died, Action.Lost.class)).hasSize(1);
        assertThat(only(died, Action.Restarting.class)).containsExactly(new Action.Restarting(SECOND, 1, 0));
        play.worker(SECOND, Fixture.controlOpen(), Fixture.ready());
        play.pass(10_000);
        assertThat(play.spawned()).containsExactly("g/0#2");
        assertThat(stopped(play.all)).isEmpty();
    }

    @Test
    void aTransientWorkerThatIsDoneNeedsNoReplacement() {
        Play play = running(1, policy(RestartPolicy.Type.TRANSIENT, 5), HOURLY);
        due(play);
        play.worker(SECOND, Fixture.spawned(), Fixture.controlOpen());
        assertThat(stopped(play.ends(FIRST, 0))).containsExactly(SECOND);
        play.ends(SECOND, 0);
        assertThat(play.all)
                .noneMatch(action -> action instanceof Action.ReplacementFailed || action instanceof Action.Restarting);
        assertThat(play.pass(HOUR)).isEmpty();
    }

    @Test
    void aWorkerThatCrashesAfterItGaveItsSeatAwayIsToldAndNotRestarted() {
        Play play = hourly(1);
        due(play);
        play.ready(SECOND);
        List<Action> died = play.ends(FIRST, 1);
        assertThat(only(died, Action.Lost.class)).hasSize(1);
        assertThat(only(died, Action.Replaced.class)).hasSize(1);
        play.pass(10_000);
        assertThat(play.spawned()).containsExactly("g/0#2");
    }

    @Test
    void aWorkerThatDoesNotDrainIsForcedAndSaidToBe() {
        Play play = hourly(1);
        due(play);
        play.ready(SECOND);
        List<Action> ladder = play.pass(WorkerSlot.RETIRE_MILLIS + Fixture.GRACEFUL.toMillis() + 5_000);
        assertThat(ladder).contains(new Action.Terminate(FIRST), new Action.Kill(FIRST));
        assertThat(only(play.ends(FIRST, 137), Action.Replaced.class))
                .singleElement()
                .satisfies(replaced -> assertThat(replaced.worker().end()).isEqualTo(End.KILLED));
    }

    @Test
    void aStopInTheMiddleEndsBothWithOneRecordEach() {
        Play play = hourly(1);
        due(play);
        play.worker(SECOND, Fixture.spawned(), Fixture.controlOpen());
        assertThat(stopped(play.stop(Fixture.POLICY))).containsExactly(FIRST, SECOND);
        play.ends(FIRST, 0);
        assertThat(play.groupsStopped()).isEmpty();
        play.ends(SECOND, 0);
        GroupStop stop = only(play.all, Action.GroupStopped.class).get(0).stop();
        assertThat(stop.workers()).extracting(WorkerStop::worker).containsExactly(FIRST, SECOND);
        assertThat(only(play.all, Action.AllStopped.class)).hasSize(1);
    }

    @Test
    void aStopWhileTheWorkerRetiresWaitsForItToo() {
        Play play = hourly(1);
        due(play);
        play.ready(SECOND);
        assertThat(stopped(play.stop(Fixture.POLICY))).containsExactly(FIRST, SECOND);
        play.ends(SECOND, 0);
        assertThat(play.groupsStopped()).isEmpty();
        play.ends(FIRST, 0);
        assertThat(play.groupsStopped()).containsExactly("g");
    }

    @Test
    void nothingIsReplacedOnceTheSupervisorStops() {
        Play play = new Play(
                Fixture.group("g", 1, RestartPolicy.DEFAULT).toBuilder()
                        .recycle(HOURLY)
                        .build(),
                Fixture.group("h", 1, RestartPolicy.DEFAULT, "g"));
        play.start("h");
        play.ready(FIRST);
        play.ready(id("h", 0, 1));
        play.pass(HOUR * 8 / 10);
        play.stop(StopPolicy.graceful(Duration.ofHours(2)));
        play.pass(HOUR);
        assertThat(only(play.all, Action.Replacing.class)).isEmpty();
    }

    @Test
    void aTemporaryWorkerThatIsLostWhileItsReplacementStartsTakesTheReplacementWithIt() {
        Play play = running(2, RestartPolicy.NEVER, Recycle.NEVER);
        play.on(new SupervisorEvent.RestartGroup("g"));
        assertThat(play.spawned()).containsExactly("g/0#2");
        play.worker(SECOND, Fixture.spawned(), Fixture.controlOpen());
        List<Action> lost = play.ends(FIRST, 1);
        assertThat(only(lost, Action.GroupFailed.class)).hasSize(1);
        assertThat(stopped(lost)).as("nothing takes its place").containsExactly(SECOND);
        List<Action> next = play.ends(SECOND, 0);
        assertThat(only(next, Action.Replacing.class))
                .as("the next worker's turn has come")
                .extracting(Action.Replacing::worker)
                .containsExactly(id("g", 1, 1));
    }

    @Test
    void aLimitIsLoweredByATenthAtMost() {
        SplittableRandom random = new SplittableRandom(Play.SEED);
        for (int i = 0; i < 1_000; i++) {
            Wear wear = new Wear(new Recycle(10, 10, 10 << 20), random, 0);
            assertThat(wear.dueAt()).as("seed %s", Play.SEED).isBetween(9_000L, 10_000L);
            wear.measured(8, 8 << 20);
            assertThat(wear.dueAt()).isPositive();
            wear.measured(10, 0);
            assertThat(wear.dueAt()).isZero();
        }
    }

    @Test
    void aTemporaryGroupIsNotRecycled() {
        GroupSpec group = Fixture.group("g", 1, RestartPolicy.NEVER);
        assertThatThrownBy(() -> group.toBuilder().recycle(HOURLY).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callsOnTheirWayOutliveTheChangeOfTheSeat() {
        Play play = hourly(1);
        due(play);
        play.ready(SECOND);
        List<Action> lost = play.worker(FIRST, new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_TRUNCATED));
        assertThat(lost).isEmpty();
        assertThat(stopped(play.worker(FIRST, Fixture.controlOpen()))).isEmpty();
        assertThat(stopped(play.pass(WorkerSlot.RETIRE_MILLIS))).containsExactly(FIRST);
    }
}
