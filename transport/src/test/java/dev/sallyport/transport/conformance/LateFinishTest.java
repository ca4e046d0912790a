package dev.sallyport.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.loopback.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A FINISH that verified, and whose session has to open on an event loop that is busy. Of two data loops the test holds one. */
@ExtendWith(NoLeaks.class)
class LateFinishTest {

    private static final int FREE = 0;
    private static final int BUSY = 1;

    private final ManualClock clock = new ManualClock();
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    private ServerUnderTest server() {
        return new ServerUnderTest(config -> config.eventLoops(2), PeerListener.NONE, clock);
    }

    private void holdTheBusyLoop(ServerUnderTest server) {
        server.medium.holdData(BUSY, released);
        server.medium.serveDataOn(BUSY);
    }

    /** Its FINISH waits for the busy loop when this returns. */
    private static void finishOnTheBusyLoop(ServerUnderTest server, HostilePeer peer) {
        peer.send(peer.hello());
        peer.readChallenge();
        peer.send(peer.finish());
        Awaitility.await().until(() -> server.medium.waitingForData(BUSY) > 0);
    }

    @Test
    @DisplayName("H15 a FINISH that waits for a busy event loop does not take the lane from a later one")
    void H15_openedBehindALaterOne() {
        try (ServerUnderTest server = server()) {
            Identity worker = server.issue();
            Map<String, Integer> before = server.observer.counts();
            holdTheBusyLoop(server);
            try (HostilePeer earlier = HostilePeer.connect(worker)) {
                finishOnTheBusyLoop(server, earlier);
                server.medium.serveDataOn(FREE);
                try (HostilePeer later = HostilePeer.open(worker, Lane.LANE_DATA)) {
                    released.complete(null);

                    assertThat(earlier.expectGoodbye(RejectReason.E_SUPERSEDED))
                            .as("frames before GOODBYE")
                            .isEmpty();
                    later.send(later.calls(Messages.request(2, "test/echo", new byte[] {1}))
                            .bytes());
                    assertThat(Messages.of(later.readFrame().payload).getMessagesCount())
                            .isEqualTo(1);
                    later.leave();
                }
            } finally {
                released.complete(null);
            }
            server.awaitCounted(before, Map.of("E_SUPERSEDED", 1));
        }
    }

    @Test
    @DisplayName("H02 a FINISH whose event loop is busy until 2 s behind accept opens no session")
    void H02_openedTooLate() {
        try (ServerUnderTest server = server()) {
            Identity worker = server.issue();
            Map<String, Integer> before = server.observer.counts();
            int opened = server.observer.opened.get();
            holdTheBusyLoop(server);
            try (HostilePeer peer = HostilePeer.connect(worker)) {
                finishOnTheBusyLoop(server, peer);
                clock.step(Duration.ofMillis(2_001));
                released.complete(null);
                peer.expectSilentClose();
            } finally {
                released.complete(null);
            }
            server.awaitCounted(before, Map.of("E_HS_TIMEOUT", 1));
            assertThat(server.observer.opened).as("sessions opened").hasValue(opened);
        }
    }
}
