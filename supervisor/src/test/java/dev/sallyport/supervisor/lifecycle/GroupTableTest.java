package dev.sallyport.supervisor.lifecycle;

import static dev.sallyport.supervisor.lifecycle.Play.id;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.supervisor.GroupSpec.Recycle;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Every state of a group against everything that can happen to it: the whole table is written down, and read by people. The group has
 * one worker, is restarted always and recycled by requests; in each situation it may have a second incarnation.
 */
class GroupTableTest {

    private static final ByteString STOP_ID = ByteString.copyFrom(new byte[16]);
    private static final PeerId FIRST = id("g", 0, 1);
    private static final PeerId SECOND = id("g", 0, 2);

    /** The group, a clock, and what the group answered last. */
    private static final class Game {

        private final GroupLifecycle group = new GroupLifecycle(
                Fixture.group("g", 1, RestartPolicy.DEFAULT).toBuilder()
                        .recycle(new Recycle(1_000, 0, 0))
                        .build(),
                Fixture.LIMITS,
                Fixture.POLICY,
                () -> STOP_ID,
                new SplittableRandom(Play.SEED));

        private final List<Action> out = new ArrayList<>();
        private long now;

        void start() {
            group.start();
            group.spawn(10, now, out);
        }

        void worker(PeerId id, WorkerEvent... events) {
            for (WorkerEvent event : events) {
                group.on(id, event, now, out);
                group.spawn(group.state() == GroupLifecycle.State.RUNNING ? 10 : 0, now, out);
            }
        }

        void ready(PeerId id) {
            worker(id, Fixture.spawned(), Fixture.controlOpen(), Fixture.ready());
        }

        void ends(PeerId id, int status) {
            worker(
                    id,
                    Fixture.exited(status),
                    new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_TRUNCATED),
                    Fixture.swept());
        }

        void run() {
            start();
            ready(FIRST);
            group.commit();
        }

        void worn(PeerId id) {
            worker(id, new WorkerEvent.Measured(1_000, 0));
        }

        void tick() {
            now = group.wakeAt() == Long.MAX_VALUE ? now : Math.max(now, group.wakeAt());
            group.tick(now, out);
            group.spawn(group.state() == GroupLifecycle.State.RUNNING ? 10 : 0, now, out);
        }
    }

    private static Map<String, Consumer<Game>> situations() {
        Map<String, Consumer<Game>> all = new LinkedHashMap<>();
        all.put("IDLE", game -> {});
        all.put("STARTING", Game::start);
        all.put("STARTING, ready", game -> {
            game.start();
            game.ready(FIRST);
        });
        all.put("RUNNING", Game::run);
        all.put("RUNNING, restart waits", game -> {
            game.run();
            game.ends(FIRST, 1);
        });
        all.put("RUNNING, restarted", game -> {
            game.run();
            game.ends(FIRST, 1);
            game.tick();
        });
        all.put("RUNNING, replacing", game -> {
            game.run();
            game.worn(FIRST);
        });
        all.put("RUNNING, retiring", game -> {
            game.run();
            game.worn(FIRST);
            game.ready(SECOND);
        });
        all.put("RUNNING, draining old", game -> {
            game.run();
            game.worn(FIRST);
            game.ready(SECOND);
            game.tick();
        });
        all.put("RUNNING, stop comes", game -> {
            game.run();
            game.group.stopComes();
        });
        all.put("STOPPING", game -> {
            game.run();
            game.group.stop(Fixture.POLICY, game.now, game.out);
        });
        all.put("STOPPING, replacing", game -> {
            game.run();
            game.worn(FIRST);
            game.group.stop(Fixture.POLICY, game.now, game.out);
        });
        all.put("STOPPED", game -> {
            game.run();
            game.group.stop(Fixture.POLICY, game.now, game.out);
            game.ends(FIRST, 0);
        });
        return all;
    }

    private static Map<String, Consumer<Game>> events() {
        Map<String, Consumer<Game>> all = new LinkedHashMap<>();
        all.put("first is ready", game -> game.ready(FIRST));
        all.put("first exits 0", game -> game.ends(FIRST, 0));
        all.put("first exits 1", game -> game.ends(FIRST, 1));
        all.put("first exits 78", game -> game.ends(FIRST, 78));
        all.put("first is worn", game -> game.worn(FIRST));
        all.put("first refuses", game -> game.worker(FIRST, Fixture.ack(STOP_ID, StopAck.Phase.REFUSED)));
        all.put("second is ready", game -> game.ready(SECOND));
        all.put("second exits 1", game -> game.ends(SECOND, 1));
        all.put("second exits 78", game -> game.ends(SECOND, 78));
        all.put("second is worn", game -> game.worn(SECOND));
        all.put("a stranger exits", game -> game.ends(id("g", 9, 1), 1));
        all.put("commit", game -> game.group.commit());
        all.put("overdue", game -> game.group.overdue(game.now, game.out));
        all.put("stop", game -> game.group.stop(Fixture.POLICY, game.now, game.out));
        all.put("stop again", game -> game.group.stopAgain(Fixture.POLICY, game.now, game.out));
        all.put("stop comes", game -> game.group.stopComes());
        all.put("replace all", game -> {
            game.group.replaceAll(game.now, game.out);
            game.group.spawn(game.group.state() == GroupLifecycle.State.RUNNING ? 10 : 0, game.now, game.out);
        });
        all.put("time passes", Game::tick);
        return all;
    }

    @Test
    void everySituationAnswersEveryEventAsTheTableSays() {
        Table table = new Table();
        situations()
                .forEach((situation, path) -> events().forEach((event, what) -> {
                    Game game = new Game();
                    path.accept(game);
                    game.out.clear();
                    what.accept(game);
                    table.row(situation, event, String.format("%-8s %s", game.group.state(), Table.show(game.out)));
                }));
        table.assertIs("group-table.txt");
    }
}
