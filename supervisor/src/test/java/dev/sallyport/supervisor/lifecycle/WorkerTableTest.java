package dev.sallyport.supervisor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every state of a worker against every event: the whole table is written down, and read by people. */
class WorkerTableTest {

    private static final PeerId ID = new PeerId("g", "0", 1);
    private static final ByteString STOP_ID = ByteString.copyFrom(new byte[16]);

    /** How a worker gets into each state: by these events. TICK stands for the time of the state being over. */
    private static final Map<String, List<WorkerEvent>> PATHS = paths();

    private static final Map<String, WorkerEvent> EVENTS = events();

    private static Map<String, List<WorkerEvent>> paths() {
        Map<String, List<WorkerEvent>> paths = new LinkedHashMap<>();
        List<WorkerEvent> ready = List.of(
                Fixture.spawned(),
                new WorkerEvent.BundleWritten(),
                Fixture.controlOpen(),
                Fixture.status(WorkerStatus.Phase.CONTAINER_UP),
                Fixture.ready());
        List<WorkerEvent> draining = and(ready, Fixture.stop());
        paths.put("SPAWNING", List.of());
        paths.put("SPAWNED", ready.subList(0, 1));
        paths.put("AUTHENTICATED", ready.subList(0, 3));
        paths.put("CONTAINER_UP", ready.subList(0, 4));
        paths.put("READY", ready);
        paths.put("READY, lane lost", and(ready, Fixture.controlLost()));
        paths.put("stop before spawned", List.of(Fixture.stop()));
        paths.put("stop before lane", List.of(Fixture.spawned(), Fixture.stop()));
        paths.put("DRAIN", draining);
        paths.put("CANCEL", and(draining, Fixture.tick()));
        paths.put("TERM", and(and(draining, Fixture.tick()), Fixture.tick()));
        paths.put("KILL", and(and(and(draining, Fixture.tick()), Fixture.tick()), Fixture.tick()));
        paths.put("SWEEPING", and(draining, Fixture.exited(0)));
        paths.put("LEFT_RUNNING", and(and(ready, new WorkerEvent.Stop(Fixture.POLICY.withoutForce())), Fixture.tick()));
        paths.put("ENDED", List.of(Fixture.spawned(), Fixture.exited(1), Fixture.swept()));
        paths.put("ENDED unspawned", List.of(Fixture.tick(), Fixture.tick(), Fixture.tick(), Fixture.tick()));
        return paths;
    }

    private static Map<String, WorkerEvent> events() {
        Map<String, WorkerEvent> events = new LinkedHashMap<>();
        events.put("Spawned", Fixture.spawned());
        events.put("SpawnFailed", new WorkerEvent.SpawnFailed("no such file"));
        events.put("BundleWritten", new WorkerEvent.BundleWritten());
        events.put("BundleFailed", new WorkerEvent.BundleFailed("broken pipe"));
        events.put("ControlOpened", Fixture.controlOpen());
        events.put("ControlClosed", Fixture.controlLost());
        events.put("Superseded", new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_SUPERSEDED));
        events.put("StatusContainerUp", Fixture.status(WorkerStatus.Phase.CONTAINER_UP));
        events.put("StatusReady", Fixture.ready());
        events.put("StatusFailed", Fixture.status(WorkerStatus.Phase.FAILED));
        events.put("AckStopped", Fixture.ack(STOP_ID, StopAck.Phase.STOPPED));
        events.put("AckRefused", Fixture.ack(STOP_ID, StopAck.Phase.REFUSED));
        events.put("HeartbeatAnswered", new WorkerEvent.HeartbeatAnswered());
        events.put("Measured", new WorkerEvent.Measured(1, 1));
        events.put("Exited(0)", Fixture.exited(0));
        events.put("Swept", Fixture.swept());
        events.put("Overdue", new WorkerEvent.Overdue());
        events.put("Stop", Fixture.stop());
        events.put(
                "StopNoForce",
                new WorkerEvent.Stop(StopPolicy.graceful(Fixture.GRACEFUL).withoutForce()));
        events.put("Tick early", Fixture.tick());
        events.put("Tick late", Fixture.tick());
        return events;
    }

    private static List<WorkerEvent> and(List<WorkerEvent> path, WorkerEvent event) {
        List<WorkerEvent> longer = new ArrayList<>(path);
        longer.add(event);
        return longer;
    }

    @Test
    void everyStateAnswersEveryEventAsTheTableSays() throws IOException {
        StringBuilder actual = new StringBuilder();
        PATHS.forEach((name, path) -> EVENTS.forEach((event, value) -> actual.append(row(name, path, event, value))));
        assertThat(actual.toString()).isEqualTo(expected());
    }

    private static String row(String name, List<WorkerEvent> path, String eventName, WorkerEvent event) {
        List<Action> out = new ArrayList<>();
        WorkerLifecycle worker = WorkerLifecycle.start(ID, Fixture.LIMITS, () -> STOP_ID, 0, out);
        long now = 0;
        for (WorkerEvent step : path) {
            now = step instanceof WorkerEvent.Tick ? worker.wakeAt() : now + 1;
            worker.on(step, now, out);
        }
        out.clear();
        boolean late = eventName.equals("Tick late") && worker.wakeAt() != Long.MAX_VALUE;
        worker.on(event, late ? worker.wakeAt() : now, out);
        String actions = out.stream().map(WorkerTableTest::show).collect(Collectors.joining(" "));
        return String.format("%-20s %-18s -> %-13s %s", name, eventName, worker.state(), actions)
                        .stripTrailing() + "\n";
    }

    private static String show(Action action) {
        if (action instanceof Action.SendStop send) {
            return "SendStop(" + send.order().getMode() + ")";
        }
        if (action instanceof Action.PhaseReached reached) {
            return "Phase(" + reached.phase() + ")";
        }
        return action.getClass().getSimpleName();
    }

    private static String expected() {
        try (InputStream in = WorkerTableTest.class.getResourceAsStream("worker-table.txt")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
