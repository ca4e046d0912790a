package dev.sallyport.supervisor.lifecycle;

import static dev.sallyport.supervisor.lifecycle.Play.id;
import static dev.sallyport.supervisor.lifecycle.Play.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the administrator orders for one group. */
class OrderTest {

    private static final StopPolicy STOP = StopPolicy.graceful(Duration.ofSeconds(5));

    private static Play running(RestartPolicy policy) {
        Play play = new Play(Fixture.group("a", 2, policy), Fixture.group("b", 1, policy));
        play.start("a", "b");
        for (PeerId worker : new PeerId[] {id("a", 0, 1), id("a", 1, 1), id("b", 0, 1)}) {
            play.ready(worker);
        }
        assertThat(only(play.all, Action.AllReady.class)).hasSize(1);
        play.all.clear();
        return play;
    }

    @Test
    @DisplayName("a group that is drained stops alone, once, and the stop of all has it in its report")
    void drain() {
        Play play = running(RestartPolicy.DEFAULT);
        play.on(new SupervisorEvent.StopGroup("a"));
        assertThat(only(play.all, Action.CloseGroup.class)).containsExactly(new Action.CloseGroup("a"));
        assertThat(only(play.all, Action.SendStop.class))
                .hasSize(2)
                .allSatisfy(stop -> assertThat(stop.worker().group()).isEqualTo("a"))
                .allSatisfy(stop -> assertThat(stop.order().getDrainInflight()).isTrue());
        play.on(new SupervisorEvent.StopGroup("a"));
        play.ends(id("a", 0, 1), 0);
        play.ends(id("a", 1, 1), 0);
        assertThat(play.groupsStopped()).containsExactly("a");
        assertThat(only(play.all, Action.Restarting.class)).isEmpty();
        assertThat(only(play.all, Action.AllStopped.class)).isEmpty();

        play.stop(STOP);
        play.ends(id("b", 0, 1), 0);
        assertThat(play.groupsStopped()).containsExactly("a", "b");
        assertThat(only(play.all, Action.AllStopped.class))
                .singleElement()
                .satisfies(all -> assertThat(all.report().groups()).hasSize(2));
    }

    @Test
    @DisplayName("orders for a group that is not there, not started or stopping change nothing")
    void noEffect() {
        Play play = new Play(Fixture.group("a", 1, RestartPolicy.DEFAULT));
        assertThat(play.on(new SupervisorEvent.StopGroup("a"))).isEmpty();
        assertThat(play.on(new SupervisorEvent.RestartGroup("a"))).isEmpty();
        assertThat(play.on(new SupervisorEvent.RestartGroup("nobody"))).isEmpty();
        play.start("a");
        assertThat(play.on(new SupervisorEvent.StopGroup("a"))).isEmpty();
        play.ready(id("a", 0, 1));
        play.stop(STOP);
        assertThat(play.on(new SupervisorEvent.RestartGroup("a"))).isEmpty();
        assertThat(play.on(new SupervisorEvent.StopGroup("a"))).isEmpty();
    }

    @Test
    @DisplayName("a restart replaces the workers one after the other, each before it goes, and counts as none")
    void restart() {
        Play play = running(RestartPolicy.NEVER);
        play.on(new SupervisorEvent.RestartGroup("a"));
        assertThat(only(play.all, Action.Replacing.class))
                .containsExactly(new Action.Replacing(id("a", 0, 1), id("a", 0, 2), "ordered"));
        for (int index = 0; index < 2; index++) {
            play.ready(id("a", index, 2));
            play.pass(WorkerSlot.RETIRE_MILLIS);
            play.ends(id("a", index, 1), 0);
        }
        assertThat(only(play.all, Action.Replaced.class))
                .extracting(Action.Replaced::next)
                .containsExactly(id("a", 0, 2), id("a", 1, 2));
        assertThat(play.spawned()).containsExactly("a/0#2", "a/1#2");
        assertThat(only(play.all, Action.Restarting.class)).isEmpty();
        play.pass(60_000);
        assertThat(play.spawned()).hasSize(2);
    }
}
