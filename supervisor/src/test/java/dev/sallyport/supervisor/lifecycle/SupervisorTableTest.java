package dev.sallyport.supervisor.lifecycle;

import static dev.sallyport.supervisor.lifecycle.Play.id;

import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Every state of a supervisor against everything that it can be told: the whole table is written down, and read by people. Group
 * {@code b} depends on {@code a}; each has one worker.
 */
class SupervisorTableTest {

    private static final PeerId A = id("a", 0, 1);
    private static final PeerId B = id("b", 0, 1);

    private static Play play() {
        return new Play(
                Fixture.group("a", 1, RestartPolicy.DEFAULT), Fixture.group("b", 1, RestartPolicy.DEFAULT, "a"));
    }

    private static Map<String, Consumer<Play>> situations() {
        Map<String, Consumer<Play>> all = new LinkedHashMap<>();
        all.put("IDLE", play -> {});
        all.put("STARTING a", play -> play.start("b"));
        all.put("STARTING b", play -> {
            play.start("b");
            play.ready(A);
        });
        all.put("RUNNING", SupervisorTableTest::run);
        all.put("RUNNING a only", play -> {
            play.start("a");
            play.ready(A);
        });
        all.put("STOPPING b", play -> {
            run(play);
            play.stop(Fixture.POLICY);
        });
        all.put("STOPPING a", play -> {
            run(play);
            play.stop(Fixture.POLICY);
            play.ends(B, 0);
        });
        all.put("STOPPING, start failed", play -> {
            play.start("b");
            play.ready(A);
            play.worker(B, Fixture.spawned());
            play.ends(B, 1);
        });
        all.put("STOPPED", play -> {
            run(play);
            play.stop(Fixture.POLICY);
            play.ends(B, 0);
            play.ends(A, 0);
        });
        all.put("STOPPED, b left running", play -> {
            run(play);
            play.stop(StopPolicy.graceful(Duration.ZERO).withoutForce());
            play.pass(0);
            play.ends(A, 0);
        });
        return all;
    }

    private static void run(Play play) {
        play.start("b");
        play.ready(A);
        play.ready(B);
    }

    private static Map<String, Function<Play, List<Action>>> events() {
        Map<String, Function<Play, List<Action>>> all = new LinkedHashMap<>();
        all.put("start a", play -> play.start("a"));
        all.put("start b", play -> play.start("b"));
        all.put("start unknown", play -> play.start("x"));
        all.put("ready timed out", play -> play.on(new SupervisorEvent.ReadyTimedOut()));
        all.put("stop", play -> play.stop(Fixture.POLICY));
        all.put("stop without force", play -> play.stop(Fixture.POLICY.withoutForce()));
        all.put("stop group b", play -> play.on(new SupervisorEvent.StopGroup("b")));
        all.put("restart group b", play -> play.on(new SupervisorEvent.RestartGroup("b")));
        all.put("restart unknown", play -> play.on(new SupervisorEvent.RestartGroup("x")));
        all.put("a is ready", play -> play.ready(A));
        all.put("a exits 0", play -> play.ends(A, 0));
        all.put("a exits 1", play -> play.ends(A, 1));
        all.put("b is ready", play -> play.ready(B));
        all.put("b exits 0", play -> play.ends(B, 0));
        all.put("b exits 1", play -> play.ends(B, 1));
        all.put("b exits 78", play -> play.ends(B, 78));
        all.put("a stranger spawned", play -> play.worker(id("x", 0, 1), Fixture.spawned()));
        all.put("time passes", play -> play.pass(Math.max(0, Math.min(play.supervisor.wakeAt(), 1 << 20) - play.now)));
        return all;
    }

    private static String answer(Play play, Function<Play, List<Action>> event) {
        try {
            return Table.show(event.apply(play));
        } catch (IllegalArgumentException | IllegalStateException e) {
            return e.getClass().getSimpleName();
        }
    }

    @Test
    void everyStateAnswersEveryEventAsTheTableSays() {
        Table table = new Table();
        situations()
                .forEach((situation, path) -> events().forEach((event, what) -> {
                    Play play = play();
                    path.accept(play);
                    table.row(situation, event, answer(play, what));
                }));
        table.assertIs("supervisor-table.txt");
    }
}
