package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.Patience;
import dev.sallyport.transport.PeerListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that does not take what it is sent. */
@ExtendWith(NoLeaks.class)
class BackPressureTest {

    private static final Duration STALL = Duration.ofMillis(700);

    /** What may wait for one session: the high water mark, one batch, and one frame. */
    private static final long QUEUE_BYTES = 256 * 1024 + 64 * 1024 + (1 << 20) + 64 * 1024;

    private ServerUnderTest target;
    private Identity identity;
    private HostilePeer control;
    private HostilePeer data;
    private Connection connection;

    @BeforeEach
    void open() {
        target = new ServerUnderTest(config -> config.writeStallTimeout(STALL), PeerListener.NONE);
        identity = target.issue();
        control = HostilePeer.open(identity, Lane.LANE_CONTROL);
        data = HostilePeer.open(identity, Lane.LANE_DATA);
        connection = target.server.connection(ServerUnderTest.id(identity));
        byte[] ready = WorkerStatus.newBuilder()
                .setPhase(WorkerStatus.Phase.READY)
                .build()
                .toByteArray();
        control.send(control.frame(17, 4, ready).bytes());
        Awaitility.await().until(connection::isOpen);
    }

    @AfterEach
    void close() {
        control.close();
        data.close();
        target.close();
    }

    private List<CompletableFuture<byte[]>> callsThatNobodyTakes() {
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(connection.call(ServerUnderTest.ECHO, new byte[500_000], Deadline.after(Patience.LIMIT)));
        }
        return calls;
    }

    @Test
    @DisplayName("B01 a worker that never reads: a bounded queue, then E_SLOW_PEER, and each call ends")
    void B01_workerNeverReads() {
        Map<String, Integer> before = target.observer.counts();
        long live = target.allocator.live();
        target.allocator.resetPeak();
        List<CompletableFuture<byte[]>> calls = callsThatNobodyTakes();
        target.awaitCounted(before, Map.of("E_SLOW_PEER", 1));
        assertThat(target.allocator.peak() - live).isLessThanOrEqualTo(QUEUE_BYTES);
        Awaitility.await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    @DisplayName("B01 less than the water mark that nobody takes is noticed as well")
    void B01_lessThanTheWaterMark() {
        Map<String, Integer> before = target.observer.counts();
        Awaitility.await().until(() -> {
            topUp();
            return !target.observer.since(before).isEmpty();
        });
        target.awaitCounted(before, Map.of("E_SLOW_PEER", 1));
    }

    /** The kernel's buffers may grow and take what waits: that is replaced, until they have enough. */
    private void topUp() {
        if (target.allocator.live() < 50_000) {
            connection.call(ServerUnderTest.ECHO, new byte[100_000], Deadline.after(Patience.LIMIT));
        }
    }

    @Test
    @DisplayName("B02 a worker that asks and never takes the answers is not read from, and ends; others are served")
    void B02_asksAndNeverReads() {
        Map<String, Integer> before = target.observer.counts();
        long live = target.allocator.live();
        target.allocator.resetPeak();
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
            for (long id = 2; target.observer.since(before).isEmpty(); id += 2) {
                data.send(data.calls(Messages.request(id, "test/echo", new byte[60_000]))
                        .bytes());
            }
        });
        target.awaitCounted(before, Map.of("E_SLOW_PEER", 1));
        asking.join();
        assertThat(target.allocator.peak() - live).isLessThanOrEqualTo(QUEUE_BYTES);
    }

    @Test
    @DisplayName("B03 STOP passes a data lane that is full")
    void B03_stopPassesAFullDataLane() throws Exception {
        List<CompletableFuture<byte[]>> calls = callsThatNobodyTakes();
        StopRequest order = StopRequest.newBuilder()
                .setStopId(HostilePeer.random(16))
                .setMode(StopRequest.Mode.DRAIN)
                .setGracefulTimeoutMs(1000)
                .build();
        assertThat(target.server.stop(ServerUnderTest.id(identity), order)).isTrue();
        WireFrame stop = control.readFrame();
        assertThat(stop.kind).isEqualTo(10);
        assertThat(StopRequest.parseFrom(stop.payload)).isEqualTo(order);
        assertThat(calls).noneMatch(call -> call.isDone() && !call.isCompletedExceptionally());
        data.reset();
    }
}
