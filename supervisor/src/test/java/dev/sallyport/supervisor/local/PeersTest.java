package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A worker that was taken over says as much as it can; what waits for the supervisor's thread stays bounded. */
class PeersTest {

    private static final PeerId FLOODING = new PeerId("a", "0", 1);
    private static final PeerId OTHER = new PeerId("b", "0", 1);

    private final List<PeerId> heard = new ArrayList<>();
    private final List<WorkerEvent> events = new ArrayList<>();
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    private final Peers peers = new Peers(this::handOver);

    private CompletableFuture<Void> handOver(PeerId peer, WorkerEvent event) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        heard.add(peer);
        events.add(event);
        waiting.add(taken);
        return taken;
    }

    private void flood() {
        for (int i = 0; i < 10 * Peers.WAITING_MAX; i++) {
            peers.statusReported(FLOODING, WorkerStatus.getDefaultInstance());
            peers.stopAcknowledged(FLOODING, StopAck.getDefaultInstance());
            peers.heartbeatAnswered(FLOODING, 1);
        }
    }

    @Test
    void aWorkerThatFloodsItsControlLaneIsLeftOutAndNobodyElse() {
        flood();
        assertThat(heard).hasSize(Peers.WAITING_MAX).containsOnly(FLOODING);
        peers.statusReported(OTHER, WorkerStatus.getDefaultInstance());
        assertThat(heard).contains(OTHER);
    }

    @Test
    void whatWasTakenMakesRoomAlsoWhenItFailed() {
        flood();
        waiting.remove().complete(null);
        waiting.remove().completeExceptionally(new IllegalStateException("the supervisor is closed"));
        flood();
        assertThat(heard).hasSize(Peers.WAITING_MAX + 2);
    }

    @Test
    void whatCouldNotBeHandedOverWaitsNoLonger() {
        Peers failing = new Peers((peer, event) -> {
            heard.add(peer);
            throw new OutOfMemoryError("for one more entry");
        });
        for (int i = 0; i < 2 * Peers.WAITING_MAX; i++) {
            assertThatThrownBy(() -> failing.heartbeatAnswered(OTHER, 1)).isInstanceOf(OutOfMemoryError.class);
        }
        assertThat(heard).hasSize(2 * Peers.WAITING_MAX);
    }

    @Test
    void theEndOfAFloodingWorkersLaneIsHeard() {
        flood();
        peers.laneClosed(FLOODING, Lane.CONTROL, RejectReason.E_TRUNCATED);
        peers.laneOpened(FLOODING, Lane.CONTROL);
        assertThat(events)
                .endsWith(
                        new WorkerEvent.LaneClosed(Lane.CONTROL, RejectReason.E_TRUNCATED),
                        new WorkerEvent.LaneOpened(Lane.CONTROL));
    }
}
