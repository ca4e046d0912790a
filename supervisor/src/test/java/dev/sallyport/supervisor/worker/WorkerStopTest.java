package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopAck.Phase;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.StopRequest.Mode;
import dev.sallyport.supervisor.RuntimeProfile;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.worker.StopAction.Acknowledge;
import dev.sallyport.supervisor.worker.StopAction.CancelServing;
import dev.sallyport.supervisor.worker.StopAction.CloseContainer;
import dev.sallyport.supervisor.worker.StopAction.CloseIngress;
import dev.sallyport.supervisor.worker.StopAction.End;
import dev.sallyport.supervisor.worker.StopAction.Flush;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The worker's side of a stop, with a clock that the test holds, in milliseconds. */
class WorkerStopTest {

    private final WorkerStop stop = new WorkerStop(RuntimeProfile.DEFAULT);
    private long now = TimeUnit.HOURS.toMillis(3);

    @Test
    @DisplayName(
            "STOP-IPC-01 a graceful stop drains, flushes and acknowledges each phase with its counts, then ends with 0")
    void STOP_IPC_01_gracefulStop() {
        assertThat(acks(ordered(1, Mode.DRAIN, 5_000, true, 3)))
                .containsExactly(ack(1, Phase.ACCEPTED, 3, 0, 0, 5_000));
        assertThat(acks(on(new StopEvent.IngressClosed(3))))
                .containsExactly(ack(1, Phase.INGRESS_CLOSED, 3, 0, 0, 5_000));
        List<StopAction> drained = on(new StopEvent.Drained());
        assertThat(acks(drained)).containsExactly(ack(1, Phase.DRAINED, 0, 3, 0, 5_000));
        assertThat(drained).contains(new Flush(nanos(now + 5_000)));
        List<StopAction> flushed = on(new StopEvent.Flushed(true));
        assertThat(acks(flushed)).containsExactly(ack(1, Phase.FLUSHED, 0, 3, 0, 5_000));
        assertThat(flushed).contains(new CloseContainer());
        List<StopAction> closed = on(new StopEvent.ContainerClosed());
        assertThat(acks(closed)).containsExactly(ack(1, Phase.STOPPED, 0, 3, 0, 5_000));
        assertThat(closed).endsWith(new End(WorkerExit.STOPPED));
        assertThat(ordered(2, Mode.IMMEDIATE, 0, false, 0)).isEmpty();
        assertThat(stop.wakeAt()).isEmpty();
    }

    @Test
    @DisplayName("Z01 the same order twice is one drain, and the same answer as a duplicate")
    void Z01_sameOrderTwice() {
        ordered(1, Mode.DRAIN, 5_000, true, 2);
        on(new StopEvent.IngressClosed(2));
        List<StopAction> again = ordered(1, Mode.DRAIN, 5_000, true, 1);
        assertThat(again)
                .containsExactly(new Acknowledge(ack(1, Phase.INGRESS_CLOSED, 2, 0, 0, 5_000).toBuilder()
                        .setDuplicate(true)
                        .build()));
        assertThat(acks(on(new StopEvent.Drained())).get(0).getDuplicate()).isFalse();
    }

    @Test
    void aFurtherOrderEscalatesAndNeverExtends() {
        ordered(1, Mode.DRAIN, 5_000, true, 1);
        on(new StopEvent.IngressClosed(1));
        now += 1_000;
        List<StopAction> later = ordered(2, Mode.DRAIN, 60_000, true, 1);
        assertThat(later).containsExactly(new Acknowledge(ack(2, Phase.INGRESS_CLOSED, 1, 0, 0, 4_000)));
        List<StopAction> immediate = ordered(3, Mode.IMMEDIATE, 2_000, true, 1);
        assertThat(immediate)
                .containsExactly(new Acknowledge(ack(3, Phase.INGRESS_CLOSED, 1, 0, 0, 2_000)), new CancelServing());
        assertThat(ordered(4, Mode.DRAIN, 2_000, true, 1)).doesNotContain(new CancelServing());
        assertThat(acks(on(new StopEvent.Cancelled(1)))).containsExactly(ack(4, Phase.DRAINED, 0, 0, 1, 2_000));
    }

    @Test
    @DisplayName("P12 a time-out of 2^32 - 1 ms is clamped to the configured maximum, and the answer says so")
    void P12_timeoutIsClamped() {
        int max = (int) RuntimeProfile.DEFAULT.maxGracefulTimeout().toMillis();
        assertThat(acks(ordered(1, Mode.DRAIN, -1, true, 0))).containsExactly(ack(1, Phase.ACCEPTED, 0, 0, 0, max));
    }

    @Test
    void withoutDrainWhatIsServedIsGivenUpAtOnce() {
        assertThat(ordered(1, Mode.DRAIN, 5_000, false, 4)).contains(new CloseIngress(nanos(now + 5_000)));
        assertThat(on(new StopEvent.IngressClosed(4))).contains(new CancelServing());
        assertThat(on(new StopEvent.Drained())).as("the count is on its way").isEmpty();
        assertThat(acks(on(new StopEvent.Cancelled(3)))).containsExactly(ack(1, Phase.DRAINED, 0, 1, 3, 5_000));
    }

    @Test
    @DisplayName("Z05 an ordered drain that never ends waits for the supervisor to escalate")
    void Z05_orderedDrainHasNoEndOfItsOwn() {
        ordered(1, Mode.DRAIN, 5_000, true, 1);
        on(new StopEvent.IngressClosed(1));
        assertThat(stop.wakeAt()).isEmpty();
        now += 60_000;
        assertThat(on(new StopEvent.Tick())).isEmpty();
        assertThat(ordered(2, Mode.IMMEDIATE, 2_000, true, 1)).endsWith(new CancelServing());
        List<StopAction> cancelled = on(new StopEvent.Cancelled(1));
        assertThat(cancelled).as("sinks have their turn even so").contains(new Flush(nanos(now + 300)));
    }

    @Test
    @DisplayName("Z13 a flush that fails ends with its own code, and FLUSHED and STOPPED are never said")
    void Z13_flushFails() {
        drain();
        assertThat(on(new StopEvent.Flushed(false))).containsExactly(new CloseContainer());
        assertThat(on(new StopEvent.ContainerClosed())).containsExactly(new End(WorkerExit.NOT_FLUSHED));
    }

    @Test
    @DisplayName("Z13 a flush that does not end is given up at the deadline of the stop")
    void Z13_flushIsSlow() {
        drain();
        assertThat(stop.wakeAt()).hasValue(nanos(now + 5_000));
        now += 5_000;
        assertThat(on(new StopEvent.Tick())).containsExactly(new CloseContainer());
        assertThat(on(new StopEvent.Flushed(true))).as("too late").isEmpty();
        now += 200;
        assertThat(on(new StopEvent.Tick())).containsExactly(new End(WorkerExit.NOT_FLUSHED));
    }

    @Test
    void aContainerThatDoesNotCloseCostsNothingThatWasFlushed() {
        drain();
        on(new StopEvent.Flushed(true));
        now += 5_000;
        assertThat(on(new StopEvent.Tick())).endsWith(new End(WorkerExit.STOPPED));
    }

    @Test
    @DisplayName("K11 without a supervisor a worker drains for at most 1 s and is at its end within 1.5 s")
    void K11_forsaken() {
        assertThat(on(new StopEvent.Forsaken(WorkerExit.ORPHANED)))
                .containsExactly(new CloseIngress(nanos(now + 1_000)));
        assertThat(on(new StopEvent.IngressClosed(1))).isEmpty();
        assertThat(stop.wakeAt()).hasValue(nanos(now + 1_000));
        now += 1_000;
        assertThat(on(new StopEvent.Tick())).containsExactly(new CancelServing());
        assertThat(on(new StopEvent.Cancelled(1))).containsExactly(new Flush(nanos(now + 300)));
        now += 300;
        assertThat(on(new StopEvent.Tick())).containsExactly(new CloseContainer());
        now += 200;
        assertThat(on(new StopEvent.Tick())).containsExactly(new End(WorkerExit.ORPHANED));
    }

    @Test
    void aSupervisorLostDuringAStopBringsTheEndNearer() {
        ordered(1, Mode.DRAIN, 60_000, true, 1);
        on(new StopEvent.IngressClosed(1));
        on(new StopEvent.Forsaken(WorkerExit.ORPHANED));
        assertThat(stop.wakeAt()).hasValue(nanos(now + 1_000));
    }

    @Test
    @DisplayName("N04 a control lane that is not regained within its grace is a supervisor lost")
    void N04_controlLaneLost() {
        on(new StopEvent.LaneLost());
        assertThat(stop.wakeAt()).hasValue(nanos(now + 10_000));
        on(new StopEvent.LaneRegained());
        assertThat(stop.wakeAt()).isEmpty();
        on(new StopEvent.LaneLost());
        now += 10_000;
        assertThat(on(new StopEvent.Tick())).containsExactly(new CloseIngress(nanos(now + 1_000)));
    }

    @Test
    void aWorkerMayEndItself() {
        assertThat(on(new StopEvent.Requested())).containsExactly(new CloseIngress(nanos(now + 10_000)));
        assertThat(on(new StopEvent.Requested())).isEmpty();
        on(new StopEvent.IngressClosed(1));
        now += 10_000;
        assertThat(on(new StopEvent.Tick())).containsExactly(new CancelServing());
        on(new StopEvent.Cancelled(1));
        on(new StopEvent.Flushed(true));
        assertThat(on(new StopEvent.ContainerClosed())).containsExactly(new End(WorkerExit.STOPPED));
    }

    @Test
    void anOrderBehindTheWorkersOwnWishIsAnswered() {
        on(new StopEvent.Requested());
        assertThat(acks(ordered(1, Mode.DRAIN, 60_000, true, 1)))
                .containsExactly(ack(1, Phase.ACCEPTED, 1, 0, 0, 10_000));
    }

    private void drain() {
        ordered(1, Mode.DRAIN, 5_000, true, 0);
        on(new StopEvent.IngressClosed(0));
        on(new StopEvent.Drained());
    }

    private List<StopAction> ordered(int id, Mode mode, int timeoutMillis, boolean drain, int serving) {
        return on(new StopEvent.Ordered(
                StopRequest.newBuilder()
                        .setStopId(stopId(id))
                        .setMode(mode)
                        .setGracefulTimeoutMs(timeoutMillis)
                        .setDrainInflight(drain)
                        .build(),
                serving));
    }

    private List<StopAction> on(StopEvent event) {
        return stop.on(event, nanos(now));
    }

    private static List<StopAck> acks(List<StopAction> actions) {
        return actions.stream()
                .filter(Acknowledge.class::isInstance)
                .map(action -> ((Acknowledge) action).ack())
                .toList();
    }

    private static StopAck ack(int id, Phase phase, int inflight, int completed, int abandoned, int timeout) {
        return StopAck.newBuilder()
                .setStopId(stopId(id))
                .setPhase(phase)
                .setInflight(inflight)
                .setCompleted(completed)
                .setAbandoned(abandoned)
                .setEffectiveTimeoutMs(timeout)
                .build();
    }

    private static ByteString stopId(int id) {
        byte[] bytes = new byte[16];
        bytes[15] = (byte) id;
        return ByteString.copyFrom(bytes);
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
