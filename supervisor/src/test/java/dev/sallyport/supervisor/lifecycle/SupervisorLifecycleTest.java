package dev.sallyport.supervisor.lifecycle;

import static dev.sallyport.supervisor.lifecycle.Play.id;
import static dev.sallyport.supervisor.lifecycle.Play.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.Mode;
import dev.sallyport.supervisor.SupervisorException.Category;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SupervisorLifecycleTest {

    private static final RestartPolicy RESTART = RestartPolicy.DEFAULT;

    private static Play chain() {
        return new Play(
                Fixture.group("c", 1, RESTART, "b"),
                Fixture.group("a", 2, RESTART),
                Fixture.group("b", 1, RESTART, "a"),
                Fixture.group("d", 1, RESTART));
    }

    @Test
    @DisplayName("BOOT-API-02 groups start in configured and depends_on order, stop in reverse")
    void BOOT_API_02_orderOfStartAndStop() {
        Play play = chain();
        play.start("c", "d");
        assertThat(play.spawned()).containsExactly("a/0#1", "a/1#1");
        play.ready(id("a", 0, 1));
        assertThat(play.spawned()).hasSize(2);
        play.ready(id("a", 1, 1));
        assertThat(play.spawned()).hasSize(3).last().isEqualTo("b/0#1");
        assertThat(play.ready(id("b", 0, 1))).contains(new Action.AllStarted());
        assertThat(play.spawned()).containsExactly("a/0#1", "a/1#1", "b/0#1", "c/0#1", "d/0#1");
        play.ready(id("d", 0, 1));
        assertThat(play.ready(id("c", 0, 1))).contains(new Action.AllReady());

        List<Action> first = play.stop(Fixture.POLICY);
        assertThat(only(first, Action.SendStop.class))
                .extracting(send -> send.worker().group())
                .containsExactly("d", "c");
        play.ends(id("d", 0, 1), 0);
        play.ends(id("c", 0, 1), 0);
        play.ends(id("b", 0, 1), 0);
        play.ends(id("a", 0, 1), 0);
        List<Action> last = play.ends(id("a", 1, 1), 0);
        assertThat(play.groupsStopped()).containsExactly("d", "c", "b", "a");
        StopReport report = only(last, Action.AllStopped.class).get(0).report();
        assertThat(report.groups()).extracting(GroupStop::name).containsExactly("d", "c", "b", "a");
    }

    @Test
    @DisplayName("PROC-01 services before workers: nobody starts before what it depends on is ready")
    void PROC_01_dependenciesFirst() {
        Play play = chain();
        play.start("c");
        play.worker(id("a", 0, 1), Fixture.spawned(), Fixture.controlOpen());
        play.ready(id("a", 1, 1));
        assertThat(play.spawned()).noneMatch(name -> name.startsWith("b"));
    }

    @Test
    @DisplayName("BOOT-API-03 a failed start is one category, with everything torn down in reverse and all causes")
    void BOOT_API_03_startIsATransaction() {
        Play play = chain();
        play.start("d", "c");
        play.ready(id("a", 0, 1));
        play.ready(id("a", 1, 1));
        play.worker(id("b", 0, 1), Fixture.spawned());
        List<Action> failed = play.ends(id("b", 0, 1), 3);
        assertThat(only(failed, Action.Restarting.class)).isEmpty();
        assertThat(play.groupsStopped()).containsExactly("b");
        assertThat(only(failed, Action.SendStop.class))
                .extracting(send -> send.worker().toString())
                .containsExactly("a/0#1", "a/1#1");
        play.ends(id("a", 0, 1), 0);
        List<Action> last = play.ends(id("a", 1, 1), 0);
        assertThat(only(last, Action.StartFailed.class)).singleElement().satisfies(failure -> {
            assertThat(failure.category()).isEqualTo(Category.BOOTSTRAP);
            assertThat(failure.causes())
                    .containsExactly("b/0#1 (pid 4711) exited with 3, 0 ms after its start, phase SPAWNED");
        });
        assertThat(play.spawned()).noneMatch(name -> name.startsWith("c") || name.startsWith("d"));
        assertThat(play.groupsStopped()).containsExactly("b", "a");
    }

    @Test
    void allCausesOfAFailedStartAreListed() {
        Play play = new Play(Fixture.group("a", 3, RESTART));
        play.start("a");
        for (int i = 0; i < 3; i++) {
            play.worker(id("a", i, 1), Fixture.spawned());
        }
        play.ends(id("a", 1, 1), 78);
        play.ends(id("a", 0, 1), 78);
        List<Action> last = play.ends(id("a", 2, 1), 1);
        assertThat(only(last, Action.StartFailed.class)).singleElement().satisfies(failure -> {
            assertThat(failure.category()).isEqualTo(Category.CHILD_BOOTSTRAP);
            assertThat(failure.causes()).hasSize(3);
        });
    }

    @Test
    void aStartThatTakesTooLongForItsCallerIsTornDown() {
        Play play = chain();
        play.start("a");
        play.ready(id("a", 0, 1));
        play.worker(id("a", 1, 1), Fixture.spawned(), Fixture.controlOpen());
        List<Action> actions = play.on(new SupervisorEvent.ReadyTimedOut());
        assertThat(actions).contains(new Action.Terminate(id("a", 1, 1)));
        play.ends(id("a", 0, 1), 0);
        List<Action> last = play.ends(id("a", 1, 1), 143);
        assertThat(only(last, Action.StartFailed.class)).singleElement().satisfies(failure -> {
            assertThat(failure.category()).isEqualTo(Category.READY_TIMEOUT);
            assertThat(failure.causes()).singleElement().asString().contains("a/1#1", "phase AUTHENTICATED");
        });
    }

    @Test
    @DisplayName("STOP-IPC-03 exactly one stop event a group, forced when one worker had to be")
    void STOP_IPC_03_oneEventPerGroup() {
        Play play = new Play(Fixture.group("a", 2, RESTART), Fixture.group("b", 1, RESTART));
        play.start("a", "b");
        List.of(id("a", 0, 1), id("a", 1, 1), id("b", 0, 1)).forEach(play::ready);
        play.stop(Fixture.POLICY);
        play.ends(id("a", 0, 1), 0);
        play.ends(id("b", 0, 1), 0);
        play.pass(60_000);
        List<GroupStop> stops = only(play.all, Action.GroupStopped.class).stream()
                .map(Action.GroupStopped::stop)
                .toList();
        assertThat(stops)
                .extracting(GroupStop::name, GroupStop::mode)
                .containsExactly(tuple("b", Mode.GRACEFUL), tuple("a", Mode.FORCED));
        play.stop(Fixture.POLICY);
        assertThat(only(play.all, Action.GroupStopped.class)).hasSize(2);
    }

    @Test
    @DisplayName("Z10 fifty workers, one hangs: one bound, not a sum")
    void Z10_oneBoundForAll() {
        Play play = new Play(Fixture.group("a", 50, RESTART));
        play.start("a");
        for (int i = 0; i < 50; i++) {
            play.ready(id("a", i, 1));
        }
        long from = play.now;
        assertThat(only(play.stop(Fixture.POLICY), Action.SendStop.class)).hasSize(50);
        for (int i = 1; i < 50; i++) {
            play.ends(id("a", i, 1), 0);
        }
        play.pass(Fixture.GRACEFUL.toMillis() + 7_000);
        assertThat(only(play.all, Action.AllStopped.class))
                .hasSize(1)
                .allSatisfy(stopped -> assertThat(stopped.notEnded()).containsExactly("a/0#1 (pid 4711)"));
        assertThat(only(play.all, Action.Kill.class)).hasSize(1);
        assertThat(play.now - from).isLessThanOrEqualTo(Fixture.GRACEFUL.toMillis() + 9_000);
    }

    @Test
    @DisplayName("Z09 stop of a dead worker: recorded at once, no signal")
    void Z09_alreadyExited() {
        Play play = new Play(Fixture.group("a", 2, RestartPolicy.NEVER));
        play.start("a");
        play.ready(id("a", 0, 1));
        play.ready(id("a", 1, 1));
        play.ends(id("a", 0, 1), 1);
        List<Action> actions = play.stop(Fixture.POLICY);
        assertThat(only(actions, Action.SendStop.class)).hasSize(1);
        play.ends(id("a", 1, 1), 0);
        GroupStop stop = only(play.all, Action.GroupStopped.class).get(0).stop();
        assertThat(stop.workers())
                .extracting(StopReport.WorkerStop::end)
                .containsExactly(End.ALREADY_EXITED, End.EXITED);
        assertThat(only(play.all, Action.Terminate.class)).isEmpty();
        assertThat(stop.mode()).isEqualTo(Mode.GRACEFUL);
    }

    @Test
    @DisplayName("Z12 what the first stop left running is named, and the second one forces it")
    void Z12_leftRunningThenForced() {
        Play play = new Play(Fixture.group("a", 1, RESTART));
        play.start("a");
        play.ready(id("a", 0, 1));
        play.stop(Fixture.POLICY.withoutForce());
        List<Action> left = play.pass(10_000);
        assertThat(only(left, Action.AllStopped.class))
                .singleElement()
                .satisfies(stopped -> assertThat(stopped.leftRunning()).containsExactly("a/0#1 (pid 4711)"));
        play.stop(StopPolicy.graceful(Duration.ZERO));
        play.pass(2_000);
        List<Action> last = play.ends(id("a", 0, 1), 143);
        assertThat(only(last, Action.AllStopped.class)).hasSize(1);
        assertThat(only(play.all, Action.GroupStopped.class)).hasSize(1);
    }

    @Test
    void onlySoManyWorkersAreOnTheWayAtOnce() {
        Play play = new Play(2, Fixture.group("a", 3, RESTART), Fixture.group("b", 1, RESTART));
        assertThat(play.start("a", "b")).doesNotContain(new Action.AllStarted());
        assertThat(play.spawned()).containsExactly("a/0#1", "a/1#1");
        play.worker(id("a", 1, 1), Fixture.spawned(), Fixture.controlOpen());
        assertThat(play.spawned()).hasSize(2);
        play.worker(id("a", 1, 1), Fixture.ready());
        assertThat(play.spawned()).hasSize(3);
        assertThat(play.ready(id("a", 0, 1))).contains(new Action.AllStarted());
        assertThat(play.spawned()).containsExactly("a/0#1", "a/1#1", "a/2#1", "b/0#1");
    }

    @Test
    void whatWaitsToBeSpawnedNeverIsWhenTheStartFails() {
        Play play = new Play(1, Fixture.group("a", 2, RESTART));
        play.start("a");
        play.worker(id("a", 0, 1), Fixture.spawned());
        assertThat(only(play.ends(id("a", 0, 1), 1), Action.StartFailed.class)).hasSize(1);
        assertThat(play.pass(60_000)).isEmpty();
        assertThat(play.spawned()).containsExactly("a/0#1");
    }

    @Test
    void aStopWhileStartingFailsTheStart() {
        Play play = chain();
        play.start("c");
        play.stop(Fixture.POLICY);
        play.worker(id("a", 0, 1), Fixture.spawned(), Fixture.controlOpen());
        play.worker(id("a", 1, 1), Fixture.spawned(), Fixture.controlOpen());
        play.ends(id("a", 0, 1), 0);
        List<Action> last = play.ends(id("a", 1, 1), 0);
        assertThat(only(last, Action.StartFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.causes()).containsExactly("stopped while starting"));
    }

    @Test
    void nothingStarted_stopsAtOnceWithAnEmptyReport() {
        assertThat(only(chain().stop(Fixture.POLICY), Action.AllStopped.class))
                .singleElement()
                .satisfies(stopped -> assertThat(stopped.report().groups()).isEmpty());
    }

    @Test
    void groupsCanBeStartedOneAfterAnother() {
        Play play = chain();
        play.start("a");
        play.ready(id("a", 0, 1));
        play.ready(id("a", 1, 1));
        play.start("b");
        assertThat(play.ready(id("b", 0, 1))).contains(new Action.AllReady());
        assertThat(play.spawned()).containsExactly("a/0#1", "a/1#1", "b/0#1");
    }

    @Test
    void aSecondOrderToStopAlsoHastensGroupsWhoseTurnComesLater() {
        Play play = new Play(Fixture.group("a", 1, RESTART), Fixture.group("b", 1, RESTART, "a"));
        play.start("b");
        play.ready(id("a", 0, 1));
        play.ready(id("b", 0, 1));
        play.stop(StopPolicy.graceful(Duration.ofMinutes(10)).withoutForce());
        play.stop(StopPolicy.graceful(Duration.ofSeconds(2)).drainInflight(false));
        List<Action> turn = play.ends(id("b", 0, 1), 0);
        assertThat(only(turn, Action.SendStop.class)).singleElement().satisfies(send -> {
            assertThat(send.worker()).isEqualTo(id("a", 0, 1));
            assertThat(send.order().getGracefulTimeoutMs()).isEqualTo(2_000);
            assertThat(send.order().getDrainInflight()).isFalse();
        });
        play.pass(60_000);
        assertThat(play.all).contains(new Action.Kill(id("a", 0, 1)));
    }

    @Test
    void aStartThatNeedsAGroupWhichHasStoppedIsRefusedAndChangesNothing() {
        Play play = chain();
        play.start("a", "d");
        List.of(id("a", 0, 1), id("a", 1, 1), id("d", 0, 1)).forEach(play::ready);
        play.on(new SupervisorEvent.StopGroup("a"));
        assertThatThrownBy(() -> play.start("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("group a");
        play.ends(id("a", 0, 1), 0);
        play.ends(id("a", 1, 1), 0);
        assertThatThrownBy(() -> play.start("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("group a");
        assertThat(play.start("d")).contains(new Action.AllReady());
        assertThat(play.spawned()).noneMatch(name -> name.startsWith("b"));
    }

    @Test
    void aStartThatNeedsALostTemporaryWorkerIsRefused() {
        Play play = new Play(Fixture.group("a", 1, RestartPolicy.NEVER), Fixture.group("b", 1, RESTART, "a"));
        play.start("a");
        play.ready(id("a", 0, 1));
        play.ends(id("a", 0, 1), 1);
        assertThatThrownBy(() -> play.start("b")).hasMessageContaining("lost a worker for good");
    }

    @Test
    void aStartFailsAtOnceWhenWhatItWaitsForIsLostForGood() {
        Play play = new Play(
                Fixture.group("a", 1, RestartPolicy.NEVER),
                Fixture.group("c", 1, RESTART),
                Fixture.group("b", 1, RESTART, "a", "c"));
        play.start("a");
        play.ready(id("a", 0, 1));
        play.start("b");
        play.ends(id("a", 0, 1), 1);
        List<Action> last = play.ends(id("c", 0, 1), 0);
        assertThat(only(play.all, Action.StartFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.category()).isEqualTo(Category.BOOTSTRAP);
            assertThat(failed.causes()).first().asString().contains("group a", "lost a worker for good");
        });
        assertThat(only(last, Action.AllStopped.class)).hasSize(1);
    }

    @Test
    void unknownGroupsCirclesAndLateStartsAreRefused() {
        assertThatThrownBy(() -> chain().start("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x");
        Play circle = new Play(Fixture.group("a", 1, RESTART, "b"), Fixture.group("b", 1, RESTART, "a"));
        assertThatThrownBy(() -> circle.start("a")).hasMessageContaining("circle");
        Play play = chain();
        play.stop(Fixture.POLICY);
        assertThatThrownBy(() -> play.start("a")).isInstanceOf(IllegalStateException.class);
    }
}
