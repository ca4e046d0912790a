package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.loopback.Cut;
import dev.sallyport.transport.loopback.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one lane does to the other: nothing. N04 is the supervisor module's. */
@ExtendWith(NoLeaks.class)
class LanesTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final PeerSpec SPEC =
            PeerSpec.of("group", "worker").mayCall(ServerUnderTest.ECHO, ServerUnderTest.HOLD);

    /** 1024 of them are more than the buffers of any kernel take. */
    private static final int HELD_BYTES = 12_000;

    /** Time for all of them on a machine that does nothing fast. */
    private static final Duration LONG = Patience.LIMIT.multipliedBy(5);

    /** Answers on the worker's data event loop, and when the test lets it. */
    private static final MethodDescriptor<byte[], byte[]> BLOCK = MethodDescriptor.ofBytes("test/block");

    /** What the server hears of the worker on its control lane. */
    private static final class Heard implements PeerListener {
        private final AtomicInteger heartbeats = new AtomicInteger();
        private final List<StopAck> acks = new CopyOnWriteArrayList<>();
        private final List<String> lanes = new CopyOnWriteArrayList<>();

        @Override
        public void laneOpened(PeerId peer, Lane lane) {
            if (peer.equals(SPEC.id())) {
                lanes.add(lane + " opened");
            }
        }

        @Override
        public void laneClosed(PeerId peer, Lane lane, RejectReason reason) {
            if (peer.equals(SPEC.id())) {
                lanes.add(lane + " " + reason);
            }
        }

        @Override
        public void heartbeatAnswered(PeerId peer, long roundTripNanos) {
            if (peer.equals(SPEC.id())) {
                heartbeats.incrementAndGet();
            }
        }

        @Override
        public void stopAcknowledged(PeerId peer, StopAck ack) {
            acks.add(ack);
        }
    }

    /** A worker of the library's own, that acknowledges every order to stop. */
    private static final class Worker implements ControlLink.Listener {
        private final CountDownLatch release = new CountDownLatch(1);
        private final AtomicBoolean blocked = new AtomicBoolean();
        private final List<RejectReason> lost = new CopyOnWriteArrayList<>();
        private final ControlLink link;
        private final Connection up;
        private final Connection down;

        Worker(ServerUnderTest target) {
            link = target.peers().attach(target.server.issue(SPEC), this);
            up = link.openData(routes());
            link.report(
                    WorkerStatus.newBuilder().setPhase(WorkerStatus.Phase.READY).build());
            down = target.server.connection(SPEC.id());
            Awaitility.await().until(down::isOpen);
        }

        private Routes routes() {
            return Routes.builder()
                    .onEventLoop(ServerUnderTest.ECHO, (call, request) -> request)
                    .on(ServerUnderTest.HOLD, (call, request) -> {
                        release.await();
                        return request;
                    })
                    .onEventLoop(BLOCK, (call, request) -> {
                        blocked.set(true);
                        release.await();
                        return request;
                    })
                    .build();
        }

        @Override
        public void stopOrdered(StopRequest order) {
            link.acknowledge(StopAck.newBuilder()
                    .setStopId(order.getStopId())
                    .setPhase(StopAck.Phase.ACCEPTED)
                    .build());
        }

        @Override
        public void lost(RejectReason reason) {
            lost.add(reason);
        }
    }

    private static CompletableFuture<byte[]> call(
            Connection connection, MethodDescriptor<byte[], byte[]> method, int size) {
        return connection.call(method, new byte[size], Deadline.after(LONG));
    }

    private static CallException failure(CompletableFuture<?> call) {
        Throwable thrown = catchThrowable(() -> call.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (CallException) thrown.getCause();
    }

    private static StopRequest order() {
        return StopRequest.newBuilder()
                .setStopId(HostilePeer.random(16))
                .setMode(StopRequest.Mode.DRAIN)
                .setGracefulTimeoutMs(1000)
                .build();
    }

    @Test
    @DisplayName("N01 what belongs to one lane is nothing on the other, whatever its shape")
    void N01_nothingOfTheOtherLane() {
        Heard heard = new Heard();
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, heard)) {
            new CaseRunner(target).run("N01");
            assertThat(heard.acks).isEmpty();
        }
    }

    @Test
    @DisplayName("N02 a heartbeat and a stop pass while the data lane holds all that it may, in both directions")
    void N02_controlWhileDataIsSaturated() {
        Heard heard = new Heard();
        try (ServerUnderTest target = new ServerUnderTest(
                config -> config.writeStallTimeout(ServerUnderTest.LONGEST_STALL), heard, new ManualClock())) {
            Worker worker = new Worker(target);
            Map<String, Integer> before = target.observer.counts();
            List<CompletableFuture<byte[]>> held = new ArrayList<>();
            for (int i = 0; i < 1024; i++) {
                held.add(call(worker.down, ServerUnderTest.HOLD, HELD_BYTES));
                held.add(call(worker.up, ServerUnderTest.HOLD, HELD_BYTES));
            }
            assertThat(failure(call(worker.down, ServerUnderTest.ECHO, 1)).outcome())
                    .isEqualTo(Outcome.OVERLOADED);
            assertThat(failure(call(worker.up, ServerUnderTest.ECHO, 1)).outcome())
                    .isEqualTo(Outcome.OVERLOADED);
            // not two: frames are in the middle of their way, and may take no more than twice as long
            target.step(HEARTBEAT);
            Awaitility.await().until(() -> heard.heartbeats.get() == 1);
            StopRequest order = order();
            assertThat(target.server.stop(SPEC.id(), order)).isTrue();
            Awaitility.await().until(() -> heard.acks.size() == 1);
            assertThat(heard.acks.get(0).getStopId()).isEqualTo(order.getStopId());
            assertThat(held).noneMatch(CompletableFuture::isDone);
            worker.release.countDown();
            target.release();
            held.forEach(call -> assertThat(call.join()).hasSize(HELD_BYTES));
            target.awaitCounted(before, Map.of());
            worker.link.close();
        }
    }

    @Test
    @DisplayName("N03 a data lane that is lost: its calls end, it comes back, and the control lane notices nothing")
    void N03_dataLaneLost() {
        Heard heard = new Heard();
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, heard)) {
            Worker worker = new Worker(target);
            Map<String, Integer> before = target.observer.counts();
            CompletableFuture<byte[]> down = call(worker.down, BLOCK, 1);
            CompletableFuture<byte[]> up = call(worker.up, ServerUnderTest.HOLD, 1);
            Awaitility.await().untilTrue(worker.blocked);
            worker.release.countDown();
            assertThat(down.join()).hasSize(1);

            Cut.reset(worker.up);

            assertThat(failure(up).outcome()).isEqualTo(Outcome.WORKER_LOST);
            assertThat(failure(up).ran()).as("it was written").isTrue();
            Awaitility.await().until(() -> heard.lanes.size() == 4);
            assertThat(heard.lanes)
                    .filteredOn(event -> event.startsWith("CONTROL"))
                    .containsExactly("CONTROL opened");
            assertThat(heard.lanes).filteredOn("DATA opened"::equals).hasSize(2);
            Awaitility.await().until(() -> worker.up.isOpen() && worker.down.isOpen());
            assertThat(call(worker.up, ServerUnderTest.ECHO, 3).join()).hasSize(3);
            assertThat(call(worker.down, ServerUnderTest.ECHO, 3).join()).hasSize(3);
            assertThat(worker.lost).isEmpty();
            // the server may see the new session before it sees the end of the old one
            assertThat(target.observer.since(before)).isIn(Map.of("E_TRUNCATED", 1), Map.of("E_SUPERSEDED", 1));
            target.bystanderIsWell();
            worker.link.close();
        }
    }

    @Test
    @DisplayName(
            "B04 a handler blocks the worker's data event loop for 10 s: no heartbeat is missed, and the call ends well")
    void B04_blockedDataLoop() {
        Heard heard = new Heard();
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, heard, new ManualClock())) {
            Worker worker = new Worker(target);
            Map<String, Integer> before = target.observer.counts();
            CompletableFuture<byte[]> blocked = call(worker.down, BLOCK, 7);
            Awaitility.await().untilTrue(worker.blocked);
            CompletableFuture<byte[]> behind = call(worker.down, ServerUnderTest.ECHO, 8);
            // not two: frames are in the middle of their way, and may take no more than twice as long
            target.step(HEARTBEAT);
            Awaitility.await().until(() -> heard.heartbeats.get() == 1);
            assertThat(blocked).isNotDone();
            assertThat(behind).isNotDone();
            worker.release.countDown();
            assertThat(blocked.join()).hasSize(7);
            assertThat(behind.join()).hasSize(8);
            target.awaitCounted(before, Map.of());
            worker.link.close();
        }
    }

    @Test
    @DisplayName("E_INTERNAL a listener that throws ends the session that it was told of, and no other")
    void E_INTERNAL_aListenerThrows() {
        PeerListener throwing = new PeerListener() {
            @Override
            public void statusReported(PeerId peer, WorkerStatus status) {
                if (peer.worker().equals("thrown")) {
                    throw new IllegalStateException("a listener of the test");
                }
            }
        };
        try (ServerUnderTest target = new ServerUnderTest(config -> {}, throwing)) {
            Map<String, Integer> before = target.observer.counts();
            try (HostilePeer peer =
                    HostilePeer.open(target.issue("thrown"), dev.sallyport.proto.v1.Lane.LANE_CONTROL)) {
                peer.send(peer.frame(17, 4, ByteString.fromHex("0802").toByteArray())
                        .bytes());
                peer.expectGoodbye(RejectReason.E_INTERNAL);
            }
            target.awaitCounted(before, Map.of("E_INTERNAL", 1));
        }
    }
}
