package dev.sallyport.supervisor.lifecycle;

import static dev.sallyport.supervisor.lifecycle.Play.id;
import static dev.sallyport.supervisor.lifecycle.Play.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Restarts, after the cases that OTP's own supervisor is tested with. */
class RestartTest {

    private static final PeerId FIRST = id("g", 0, 1);

    private static RestartPolicy policy(RestartPolicy.Type type, int max) {
        return new RestartPolicy(type, max, Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    private static Play running(RestartPolicy.Type type, int max, int workers) {
        Play play = new Play(Fixture.group("g", workers, policy(type, max)));
        play.start("g");
        for (int i = 0; i < workers; i++) {
            play.ready(id("g", i, 1));
        }
        assertThat(only(play.all, Action.AllReady.class)).hasSize(1);
        play.all.clear();
        return play;
    }

    @ParameterizedTest(name = "{0} worker, status {1}: restarted {2}, group failed {3}")
    @CsvSource({
        // normal: exit 0, the worker's own stop included; abnormal: a code; shutdown and kill: a signal from outside
        "PERMANENT,0,true,false", "PERMANENT,1,true,false", "PERMANENT,143,true,false", "PERMANENT,137,true,false",
        "TRANSIENT,0,false,false", "TRANSIENT,1,true,false", "TRANSIENT,143,true,false", "TRANSIENT,137,true,false",
        "TEMPORARY,0,false,true", "TEMPORARY,1,false,true", "TEMPORARY,143,false,true", "TEMPORARY,137,false,true"
    })
    @DisplayName(
            "PROC-04 the restart policy is explicit: permanent, transient, temporary x normal, abnormal, shutdown, kill")
    void PROC_04_typeTimesEnd(RestartPolicy.Type type, int status, boolean restarted, boolean failed) {
        Play play = running(type, 5, 2);
        List<Action> actions = play.ends(FIRST, status);
        assertThat(only(actions, Action.Lost.class)).hasSize(1);
        assertThat(only(actions, Action.Restarting.class)).hasSize(restarted ? 1 : 0);
        assertThat(only(actions, Action.GroupFailed.class)).hasSize(failed ? 1 : 0);
        play.pass(200);
        assertThat(play.spawned()).containsExactlyElementsOf(restarted ? List.of("g/0#2") : List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "-1,60,0,1",
        "1,0,0,1",
        "1,-1,0,1",
        "1,60,-1,1",
        "1,60,2,1",
        "1,60,-2,-1",
        "1,86401,0,1",
        "1,60,0,86400001"
    })
    @DisplayName(
            "a policy that no worker could be restarted by is refused where it is made, and not when the first one is lost")
    void policyOutOfRange(int max, int within, int low, int high) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RestartPolicy(
                        RestartPolicy.Type.PERMANENT,
                        max,
                        Duration.ofSeconds(within),
                        Duration.ofMillis(low),
                        Duration.ofMillis(high)));
    }

    @Test
    @DisplayName("one_for_one: the others stay")
    void oneForOne() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 3);
        play.ends(id("g", 1, 1), 1);
        play.pass(200);
        assertThat(play.spawned()).containsExactly("g/1#2");
        assertThat(only(play.all, Action.Unseat.class)).containsExactly(new Action.Unseat(id("g", 1, 1)));
    }

    @Test
    @DisplayName("one_for_one escalation: one restart too many ends the others too, once")
    void oneForOneEscalation() {
        Play play = running(RestartPolicy.Type.PERMANENT, 1, 2);
        play.ends(FIRST, 1);
        play.pass(200);
        play.worker(id("g", 0, 2), Fixture.spawned());
        List<Action> actions = play.ends(id("g", 0, 2), 1);
        assertThat(only(actions, Action.GroupFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.evidence())
                        .startsWith("more than 1 restarts within 60 s: g/0#2 (pid 4711) exited with 1"));
        assertThat(only(actions, Action.SendStop.class))
                .singleElement()
                .satisfies(send -> assertThat(send.worker()).isEqualTo(id("g", 1, 1)));
        play.ends(id("g", 1, 1), 0);
        assertThat(play.groupsStopped()).containsExactly("g");
        play.stop(Fixture.POLICY);
        assertThat(play.groupsStopped()).containsExactly("g");
        assertThat(only(play.all, Action.AllStopped.class)).hasSize(1);
    }

    @Test
    @DisplayName("multiple restarts: the window slides, so restarts that are far apart never escalate")
    void multipleRestarts() {
        Play play = running(RestartPolicy.Type.PERMANENT, 2, 1);
        for (int incarnation = 1; incarnation <= 20; incarnation++) {
            play.ends(id("g", 0, incarnation), 1);
            play.pass(200);
            play.ready(id("g", 0, incarnation + 1));
            play.pass(31_000);
        }
        assertThat(only(play.all, Action.GroupFailed.class)).isEmpty();
        assertThat(only(play.all, Action.Restarting.class)).hasSize(20);
    }

    @Test
    @DisplayName("multiple restarts: those of all workers of a group count together")
    void multipleRestartsOfSeveralWorkers() {
        Play play = running(RestartPolicy.Type.PERMANENT, 2, 3);
        play.ends(id("g", 0, 1), 1);
        play.ends(id("g", 1, 1), 1);
        assertThat(only(play.all, Action.GroupFailed.class)).isEmpty();
        play.ends(id("g", 2, 1), 1);
        assertThat(only(play.all, Action.GroupFailed.class)).hasSize(1);
        assertThat(play.pass(60_000)).noneMatch(Action.Spawn.class::isInstance);
    }

    @Test
    @DisplayName("a worker that dies while its supervisor stops is not restarted")
    void aDeathDuringTheStopIsNoReasonToRestart() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 2);
        play.stop(Fixture.POLICY);
        play.ends(FIRST, 1);
        play.ends(id("g", 1, 1), 0);
        assertThat(play.spawned()).isEmpty();
        assertThat(only(play.all, Action.AllStopped.class)).hasSize(1);
    }

    @Test
    @DisplayName("a restart that waits is given up by a stop")
    void aRestartThatWaitsIsGivenUp() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 1);
        play.ends(FIRST, 1);
        assertThat(only(play.stop(Fixture.POLICY), Action.AllStopped.class)).hasSize(1);
        assertThat(play.pass(60_000)).isEmpty();
    }

    @Test
    @DisplayName("U03 restart storm: backoff with jitter, then the intensity limit")
    void U03_restartStorm() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 1);
        long incarnation = 1;
        while (only(play.all, Action.GroupFailed.class).isEmpty()) {
            play.worker(id("g", 0, incarnation), Fixture.spawned());
            play.ends(id("g", 0, incarnation), 1);
            play.pass(10_000);
            incarnation++;
        }
        List<Long> delays = only(play.all, Action.Restarting.class).stream()
                .map(Action.Restarting::delayMillis)
                .toList();
        assertThat(delays).hasSize(5);
        for (int i = 0; i < delays.size(); i++) {
            assertThat(delays.get(i)).isBetween(0L, 100L << i);
        }
        assertThat(delays.stream().distinct().count())
                .as("jitter, seed %s", Play.SEED)
                .isGreaterThan(2);
    }

    @Test
    @DisplayName("hanging restart loop: a restart that never gets ready counts, is ended, and can be stopped")
    void hangingRestartLoop() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 1);
        play.ends(FIRST, 1);
        play.pass(200);
        play.worker(id("g", 0, 2), Fixture.spawned());
        play.pass(20_000);
        assertThat(only(play.all, Action.Terminate.class)).containsExactly(new Action.Terminate(id("g", 0, 2)));
        play.ends(id("g", 0, 2), 143);
        assertThat(only(play.all, Action.Restarting.class)).hasSize(2);
        List<Action> actions = play.stop(Fixture.POLICY);
        assertThat(only(actions, Action.AllStopped.class)).hasSize(1);
        assertThat(play.pass(60_000)).isEmpty();
    }

    @Test
    @DisplayName("brutal kill: a group without time to drain is cancelled at once")
    void brutalKill() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 1);
        play.stop(StopPolicy.graceful(Duration.ZERO));
        assertThat(play.pass(2_000)).contains(new Action.Terminate(FIRST));
    }

    @Test
    @DisplayName("a configuration error is never retried")
    void configurationErrorIsNotRetried() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 1);
        play.ends(FIRST, 1);
        play.pass(200);
        play.worker(id("g", 0, 2), Fixture.spawned());
        play.ends(id("g", 0, 2), 78);
        assertThat(only(play.all, Action.Restarting.class)).hasSize(1);
        assertThat(only(play.all, Action.GroupFailed.class)).hasSize(1);
    }

    @Test
    void theBackoffStartsAgainAfterAStableTime() {
        Backoff backoff = new Backoff(policy(RestartPolicy.Type.PERMANENT, 5), new SplittableRandom(Play.SEED));
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.next(0)).isLessThanOrEqualTo(10_000);
        }
        assertThat(backoff.next(10_000)).isLessThanOrEqualTo(100);
    }

    @Test
    void aSpawnThatCompletesAfterItWasGivenUpIsKilled() {
        Play play = running(RestartPolicy.Type.PERMANENT, 5, 1);
        play.ends(FIRST, 1);
        play.pass(200);
        play.pass(10_000 + 7_000);
        play.pass(1_000);
        assertThat(play.worker(id("g", 0, 2), Fixture.spawned())).contains(new Action.Kill(id("g", 0, 2)));
    }
}
