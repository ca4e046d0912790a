package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.Secret;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which of several sessions of one peer has a lane. */
class PeerLaneTest {

    private static final int ROUNDS = 1000;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final MacFactory macs = MacFactory.HMAC_SHA256;
    private final Secret key = Secret.random(new SecureRandom(), 32);

    @AfterEach
    void close() {
        threads.shutdownNow();
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        key.close();
    }

    private static LonePeer peer(Places places) {
        return new LonePeer(places, TransportObserver.NONE);
    }

    /** A session of the data lane that has yet to be adopted. */
    private LonePeer.Finished finish(LonePeer peer) {
        return finish(peer, Lane.DATA);
    }

    private LonePeer.Finished finish(LonePeer peer, Lane lane) {
        LonePeer.Finished finished = peer.finish(
                lane, new FrameVerifier(macs.create(key, Label.FRAME)), new FrameSigner(macs.create(key, Label.FRAME)));
        channels.add(finished.channel());
        return finished;
    }

    @Test
    @DisplayName("H15 two FINISHes on two event loops: one session has the lane, and none after the peer is revoked")
    void H15_twoLoopsAdoptAtOnce() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            LonePeer peer = peer(new Places(1));
            LonePeer.Finished first = finish(peer).opened();
            LonePeer.Finished second = finish(peer).opened();
            CompletableFuture<?> one = CompletableFuture.runAsync(() -> adoptBehind(barrier, first), threads);
            CompletableFuture<?> other = CompletableFuture.runAsync(() -> adoptBehind(barrier, second), threads);
            CompletableFuture.allOf(one, other).get();

            assertThat(first.session().isOpen())
                    .as("round %d: the earlier FINISH", round)
                    .isFalse();
            assertThat(second.session().isOpen())
                    .as("round %d: the later FINISH", round)
                    .isTrue();
            peer.revoke();
            assertThat(second.session().isOpen()).as("round %d: revoked", round).isFalse();
            first.channel().finishAndReleaseAll();
            second.channel().finishAndReleaseAll();
            channels.clear();
        }
    }

    @Test
    void aPeerThatIsBackBeforeItsSecondLaneIsEndedStays() {
        LonePeer peer = peer(new Places(4));
        LonePeer.Finished control = finish(peer, Lane.CONTROL).opened();
        LonePeer.Finished data = finish(peer).opened();
        assertThat(control.adopt()).isNull();
        assertThat(data.adopt()).isNull();
        LonePeer.Finished next = finish(peer, Lane.CONTROL).opened();
        data.channel().closeFuture().addListener(gone -> next.adopt());

        peer.close();
        List.of(control, data, next).forEach(finished -> finished.channel().runPendingTasks());

        assertThat(data.session().isOpen()).isFalse();
        assertThat(control.session().isOpen()).isFalse();
        assertThat(next.session().isOpen()).isTrue();
    }

    private static void adoptBehind(CyclicBarrier barrier, LonePeer.Finished candidate) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        ProtocolViolation refusal = candidate.adopt();
        if (refusal != null) {
            candidate.session().end(refusal.reason(), refusal.detail());
        }
    }

    @Test
    @DisplayName("H15 a FINISH whose event loop was busy does not take the lane from a later one")
    void H15_anEarlierFinishIsAdoptedLate() {
        LonePeer peer = peer(new Places(2));
        LonePeer.Finished earlier = finish(peer);
        LonePeer.Finished later = finish(peer).opened();
        assertThat(later.adopt()).isNull();
        assertThat(earlier.adopt()).extracting(ProtocolViolation::reason).isEqualTo(RejectReason.E_SUPERSEDED);
        assertThat(later.session().isOpen()).isTrue();
    }

    @Test
    @DisplayName("E_REVOKED a session that opens while its peer is being revoked does not stay")
    void E_REVOKED_adoptedBehindTheRevocation() {
        LonePeer peer = peer(new Places(2));
        LonePeer.Finished late = finish(peer);
        peer.revoke();
        assertThat(late.adopt()).extracting(ProtocolViolation::reason).isEqualTo(RejectReason.E_REVOKED);
    }

    @Test
    @DisplayName("D07 a session that supersedes takes the old one's place, and a refused one takes none")
    void D07_whoSupersedesTakesThePlace() {
        Places places = new Places(1);
        LonePeer peer = peer(places);
        LonePeer.Finished first = finish(peer).opened();
        LonePeer.Finished second = finish(peer).opened();
        assertThat(first.adopt()).isNull();
        assertThat(second.adopt()).isNull();
        LonePeer.Finished other = finish(peer(places));
        for (int refused = 0; refused < 3; refused++) {
            assertThat(other.adopt()).extracting(ProtocolViolation::reason).isEqualTo(RejectReason.E_LIMIT);
        }
        second.session().end(RejectReason.OK_CLOSE, "by the test");
        second.channel().close();
        assertThat(other.adopt()).as("the place is free").isNull();
    }
}
