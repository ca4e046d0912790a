package dev.sallyport.supervisor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.Phase;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerLifecycleTest {

    private static final PeerId ID = new PeerId("g", "0", 1);
    private static final long GRACE = Fixture.GRACEFUL.toMillis();

    private int idsGiven;
    private final List<Action> out = new ArrayList<>();
    private final WorkerLifecycle worker = WorkerLifecycle.start(ID, Fixture.LIMITS, this::nextId, 0, out);

    private ByteString nextId() {
        idsGiven++;
        return id(idsGiven);
    }

    private static ByteString id(int number) {
        byte[] id = new byte[16];
        id[15] = (byte) number;
        return ByteString.copyFrom(id);
    }

    private List<Action> at(long now, WorkerEvent... events) {
        out.clear();
        for (WorkerEvent event : events) {
            worker.on(event, now, out);
        }
        return List.copyOf(out);
    }

    private void readyAt(long now) {
        at(now, Fixture.spawned(), Fixture.controlOpen(), Fixture.ready());
    }

    @Test
    @DisplayName("the ladder: DRAIN, IMMEDIATE + 2 s, TERM + 3 s, KILL, reaped 2 s later or not at all")
    void Z04_drainNeverEnds_theLadderIsClimbedOnTime() {
        readyAt(0);
        assertThat(sentAt(1000, Fixture.stop()).getMode()).isEqualTo(StopRequest.Mode.DRAIN);
        assertThat(at(1000 + GRACE - 1, Fixture.tick())).isEmpty();
        StopRequest immediate = sentAt(1000 + GRACE, Fixture.tick());
        assertThat(immediate.getMode()).isEqualTo(StopRequest.Mode.IMMEDIATE);
        assertThat(immediate.getGracefulTimeoutMs()).isEqualTo(2000);
        assertThat(immediate.getStopId()).isEqualTo(id(2));
        assertThat(at(1000 + GRACE + 2000, Fixture.tick())).containsExactly(new Action.Terminate(ID));
        assertThat(at(1000 + GRACE + 5000, Fixture.tick())).containsExactly(new Action.Kill(ID));
        assertThat(at(1000 + GRACE + 7000, Fixture.tick())).containsExactly(new Action.Revoke(ID));
        assertThat(worker.end().stop().end()).isEqualTo(End.UNKILLABLE);
        assertThat(worker.end().notEnded()).isTrue();
    }

    @Test
    @DisplayName("the configured values are those in the STOP on the wire")
    void STOP_IPC_01_theOrderCarriesThePolicy() {
        readyAt(0);
        StopRequest order = sentAt(
                0, new WorkerEvent.Stop(Fixture.POLICY.drainInflight(false).because("deploy")));
        assertThat(order.getGracefulTimeoutMs()).isEqualTo(10_000);
        assertThat(order.getDrainInflight()).isFalse();
        assertThat(order.getReason()).isEqualTo("deploy");
        assertThat(order.getStopId().size()).isEqualTo(16);
    }

    @Test
    void aStopThatIsAcknowledgedAndFollowedByExit0IsCleanAndNotForced() {
        readyAt(0);
        at(100, Fixture.stop(), ackOf(1, StopAck.Phase.ACCEPTED, 0, 0), ackOf(1, StopAck.Phase.STOPPED, 7, 0));
        endsAt(300, 0);
        assertThat(worker.end().stop().end()).isEqualTo(End.CLEAN);
        assertThat(worker.end().stop().phase()).isEqualTo(Phase.STOPPED);
        assertThat(worker.end().stop().completed()).isEqualTo(7);
        assertThat(worker.end().stop().millis()).isEqualTo(200);
        assertThat(worker.end().forced()).isFalse();
        assertThat(worker.end().failure()).isNull();
    }

    @Test
    void exit0WithoutAnAcknowledgedStopIsNeverClean() {
        readyAt(0);
        at(100, Fixture.stop());
        endsAt(300, 0);
        assertThat(worker.end().stop().end()).isEqualTo(End.EXITED);
    }

    @ParameterizedTest(name = "exit status {0}")
    @CsvSource({
        "1,EXITED,1",
        "3,EXITED,3",
        "128,EXITED,128",
        "129,CRASHED,1",
        "134,CRASHED,6",
        "139,CRASHED,11",
        "137,CRASHED,9",
        "143,CRASHED,15",
        "159,CRASHED,31",
        "160,EXITED,160",
        "255,EXITED,255"
    })
    @DisplayName("Z06 worker crashes during drain")
    void Z06_crashDuringDrainIsNamedByCodeOrSignal(int status, End end, int code) {
        readyAt(0);
        at(100, Fixture.stop(), ackOf(1, StopAck.Phase.STOPPED, 0, 0));
        endsAt(300, status);
        assertThat(worker.end().stop().end()).isEqualTo(end);
        assertThat(worker.end().stop().code()).isEqualTo(code);
    }

    @Test
    @DisplayName("Z05 worker acknowledges, then ignores: the same ladder, with its phase")
    void Z05_acknowledgedAndIgnored() {
        readyAt(0);
        at(0, Fixture.stop(), ackOf(1, StopAck.Phase.STOPPED, 0, 0));
        at(GRACE, Fixture.tick());
        assertThat(at(GRACE + 2000, Fixture.tick())).containsExactly(new Action.Terminate(ID));
        endsAt(GRACE + 2100, 143);
        assertThat(worker.end().stop().end()).isEqualTo(End.KILLED);
        assertThat(worker.end().stop().code()).isEqualTo(15);
        assertThat(worker.end().stop().phase()).isEqualTo(Phase.STOPPED);
        assertThat(worker.end().forced()).isTrue();
    }

    @Test
    @DisplayName("Z07 a worker that does not even take SIGTERM is killed")
    void Z07_killed() {
        readyAt(0);
        at(0, Fixture.stop());
        at(GRACE, Fixture.tick());
        at(GRACE + 2000, Fixture.tick());
        at(GRACE + 5000, Fixture.tick());
        endsAt(GRACE + 5100, 137);
        assertThat(worker.end().stop().end()).isEqualTo(End.KILLED);
        assertThat(worker.end().stop().code()).isEqualTo(9);
    }

    @Test
    @DisplayName("Z11 REFUSED: forced at once")
    void Z11_refusedIsForcedAtOnce() {
        readyAt(0);
        at(0, Fixture.stop());
        assertThat(at(5, ackOf(1, StopAck.Phase.REFUSED, 0, 0))).containsExactly(new Action.Terminate(ID));
        endsAt(20, 143);
        assertThat(worker.end().forced()).isTrue();
        assertThat(worker.end().stop().phase()).isEqualTo(Phase.REFUSED);
    }

    @Test
    @DisplayName("Z12 force forbidden: left running, no signal")
    void Z12_withoutForceItIsLeftRunning() {
        readyAt(0);
        at(0, new WorkerEvent.Stop(Fixture.POLICY.withoutForce()));
        assertThat(at(GRACE, Fixture.tick())).isEmpty();
        assertThat(worker.state()).isEqualTo(WorkerState.LEFT_RUNNING);
        assertThat(worker.end().leftRunning()).isTrue();
        assertThat(worker.end().forced()).isFalse();
        assertThat(worker.end().stop().end()).isEqualTo(End.LEFT_RUNNING);
        assertThat(worker.end().stop().pid()).isEqualTo(4711);
    }

    @Test
    @DisplayName("Z01 a second stop sends nothing new")
    void Z01_stopTwice() {
        readyAt(0);
        assertThat(at(0, Fixture.stop())).hasSize(2);
        assertThat(at(1, Fixture.stop())).isEmpty();
        assertThat(idsGiven).isEqualTo(1);
    }

    @Test
    void aSecondStopCanOnlyComeSooner() {
        readyAt(0);
        at(0, Fixture.stop());
        at(100, new WorkerEvent.Stop(StopPolicy.graceful(Duration.ofSeconds(1))));
        assertThat(worker.wakeAt()).isEqualTo(1100);
        at(200, Fixture.stop());
        assertThat(worker.wakeAt()).isEqualTo(1100);
    }

    @Test
    @DisplayName("Z02 stop during the handshake: sent as soon as the lane is open")
    void Z02_stopDuringHandshakeIsQueued() {
        at(0, Fixture.spawned());
        assertThat(at(10, Fixture.stop())).isEmpty();
        assertThat(worker.end().stop().phase()).isEqualTo(Phase.NOT_SENT);
        assertThat(sentAt(20, Fixture.controlOpen()).getMode()).isEqualTo(StopRequest.Mode.DRAIN);
    }

    @Test
    @DisplayName("Z02 stop during the handshake: by the ladder when the lane never opens")
    void Z02_stopDuringHandshakeEndsByTheLadder() {
        at(0, Fixture.spawned());
        at(10, Fixture.stop());
        assertThat(at(10 + GRACE, Fixture.tick())).isEmpty();
        assertThat(at(10 + GRACE + 2000, Fixture.tick())).containsExactly(new Action.Terminate(ID));
    }

    @Test
    @DisplayName("Z03 the session is lost after STOP: the same order on the next one")
    void Z03_resentWithTheSameId() {
        readyAt(0);
        StopRequest first = sentAt(0, Fixture.stop());
        assertThat(at(5, Fixture.controlLost())).isEmpty();
        assertThat(sentAt(9, Fixture.controlOpen())).isEqualTo(first);
    }

    @Test
    void anAcknowledgementOfAnotherOrderIsIgnored() {
        readyAt(0);
        at(0, Fixture.stop());
        at(1, ackOf(9, StopAck.Phase.REFUSED, 0, 0));
        assertThat(worker.end().stop().phase()).isEqualTo(Phase.SENT);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0,BOOTSTRAP", "1,BOOTSTRAP", "3,READY_TIMEOUT", "4,READY_TIMEOUT"})
    void eachPhaseOfTheStartHasItsTimeOut(int phases, Category category) {
        List<WorkerEvent> path = List.of(
                Fixture.spawned(),
                new WorkerEvent.BundleWritten(),
                Fixture.controlOpen(),
                Fixture.status(WorkerStatus.Phase.CONTAINER_UP));
        at(0, path.subList(0, phases).toArray(WorkerEvent[]::new));
        long limit = List.of(10_000L, 20_000L, 20_000L, 30_000L, 30_000L).get(phases);
        assertThat(worker.wakeAt()).isEqualTo(limit);
        at(limit, Fixture.tick());
        endsAt(limit + 10, 143);
        assertThat(failure().category()).isEqualTo(category);
    }

    @Test
    void theEvidenceNamesPidPhaseStatusOutputAndCalls() {
        readyAt(0);
        at(500, new WorkerEvent.HeartbeatAnswered());
        at(700, new WorkerEvent.Exited(134, 3), new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_TRUNCATED));
        at(710, new WorkerEvent.Swept(List.of(), List.of("fatal error file /tmp/hs_err_pid4711.log")));
        assertThat(failure().category()).isEqualTo(Category.WORKER_FAILED);
        assertThat(failure().evidence())
                .isEqualTo("g/0#1 (pid 4711) was ended by signal 6 (SIGABRT), 700 ms after its start, phase READY; "
                        + "3 calls were in flight; its last heartbeat came 200 ms before; "
                        + "fatal error file /tmp/hs_err_pid4711.log");
    }

    @Test
    void aRefusedBundleIsAFailureOfTheChildBootstrap() {
        at(0, Fixture.spawned());
        endsAt(50, 78);
        assertThat(failure().category()).isEqualTo(Category.CHILD_BOOTSTRAP);
        assertThat(failure().isRetryable()).isFalse();
    }

    @Test
    void whatAWorkerReportsIsEscapedInTheEvidence() {
        at(0, Fixture.spawned(), Fixture.controlOpen());
        at(
                1,
                new WorkerEvent.Reported(WorkerStatus.newBuilder()
                        .setPhase(WorkerStatus.Phase.FAILED)
                        .setCategory("di")
                        .setDetail("no\r\n\u001b[31mroot")
                        .build()));
        endsAt(20, 70);
        assertThat(failure().evidence())
                .contains("reported di: no\\u000d\\u000a\\u001b[31mroot")
                .contains("exited with 70");
        assertThat(failure().category()).isEqualTo(Category.CHILD_BOOTSTRAP);
    }

    @Test
    void keysAreRevokedOnlyAfterBothLanesEnded() {
        readyAt(0);
        at(1, new WorkerEvent.LaneOpened(Lane.DATA));
        at(2, Fixture.stop(), ackOf(1, StopAck.Phase.STOPPED, 1, 0));
        assertThat(at(3, Fixture.exited(0), Fixture.swept())).containsExactly(new Action.Sweep(ID));
        assertThat(at(4, new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.OK_STOP)))
                .isEmpty();
        assertThat(at(5, new WorkerEvent.LaneClosed(Lane.DATA, RejectReason.OK_STOP)))
                .containsExactly(new Action.Revoke(ID));
    }

    @Test
    @DisplayName("N04 a control lane that stays lost ends the worker")
    void N04_lostControlLane() {
        readyAt(0);
        at(100, Fixture.controlLost());
        assertThat(at(100 + WorkerLifecycle.LANE_GRACE_MILLIS, Fixture.tick()))
                .containsExactly(new Action.Unseat(ID), new Action.Terminate(ID));
    }

    @Test
    void aControlLaneThatIsConnectedAgainInTimeChangesNothing() {
        readyAt(0);
        at(100, Fixture.controlLost(), Fixture.controlOpen());
        assertThat(worker.wakeAt()).isEqualTo(Long.MAX_VALUE);
    }

    private void endsAt(long now, int status) {
        at(now, Fixture.exited(status), Fixture.controlLost(), Fixture.swept());
        assertThat(worker.state()).isEqualTo(WorkerState.ENDED);
    }

    private WorkerEnd.Failure failure() {
        return Objects.requireNonNull(worker.end().failure());
    }

    private StopRequest sentAt(long now, WorkerEvent event) {
        return at(now, event).stream()
                .filter(Action.SendStop.class::isInstance)
                .map(action -> ((Action.SendStop) action).order())
                .findFirst()
                .orElseThrow();
    }

    private static WorkerEvent ackOf(int number, StopAck.Phase phase, int completed, int abandoned) {
        return new WorkerEvent.Acknowledged(StopAck.newBuilder()
                .setStopId(id(number))
                .setPhase(phase)
                .setCompleted(completed)
                .setAbandoned(abandoned)
                .build());
    }
}
