package dev.sallyport.supervisor.lifecycle;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import java.time.Duration;
import java.util.List;

/** What the tests of the state machines share. */
final class Fixture {

    static final Duration GRACEFUL = Duration.ofSeconds(10);
    static final StopPolicy POLICY = StopPolicy.graceful(GRACEFUL);
    static final StartLimits LIMITS = StartLimits.within(Duration.ofSeconds(30));

    private Fixture() {}

    static GroupSpec group(String name, int workers, RestartPolicy restart, String... dependsOn) {
        return GroupSpec.builder(name)
                .workers(workers)
                .dependsOn(List.of(dependsOn))
                .restart(restart)
                .build();
    }

    static WorkerEvent spawned() {
        return new WorkerEvent.Spawned(4711);
    }

    static WorkerEvent controlOpen() {
        return new WorkerEvent.LaneOpened(Lane.CONTROL);
    }

    static WorkerEvent controlLost() {
        return new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_TRUNCATED);
    }

    static WorkerEvent status(WorkerStatus.Phase phase) {
        return new WorkerEvent.Reported(WorkerStatus.newBuilder()
                .setPhase(phase)
                .setCategory(phase == WorkerStatus.Phase.FAILED ? "container" : "")
                .setDetail(phase == WorkerStatus.Phase.FAILED ? "no such root" : "")
                .build());
    }

    static WorkerEvent ready() {
        return status(WorkerStatus.Phase.READY);
    }

    static WorkerEvent exited(int status) {
        return new WorkerEvent.Exited(status, 0);
    }

    static WorkerEvent swept() {
        return new WorkerEvent.Swept(List.of(), List.of());
    }

    static WorkerEvent stop() {
        return new WorkerEvent.Stop(POLICY);
    }

    static WorkerEvent tick() {
        return new WorkerEvent.Tick();
    }

    static WorkerEvent ack(ByteString stopId, StopAck.Phase phase) {
        return new WorkerEvent.Acknowledged(
                StopAck.newBuilder().setStopId(stopId).setPhase(phase).build());
    }
}
