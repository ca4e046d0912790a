package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which of several sessions of one peer has a lane. */
class PeerLaneTest {

    private static final PeerId PEER = new PeerId("group", "worker", 1);
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

    private static ServerPeer peer(Places places) {
        DispatchSettings settings = new DispatchSettings(
                Routes.none(),
                method -> true,
                () -> true,
                8,
                4096,
                Runnable::run,
                Runnable::run,
                Runnable::run,
                TransportObserver.NONE);
        return new ServerPeer(PEER, settings, PeerListener.NONE, Runnable::run, places);
    }

    /** A session of the data lane, and what it took from a peer to open it. */
    private final class Candidate {
        private final ServerPeer peer;
        private final long finish;
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final LaneTraffic traffic;
        private final SessionHandler session;

        Candidate(ServerPeer peer) {
            this.peer = peer;
            this.finish = peer.finished();
            this.traffic = peer.newTraffic(Lane.DATA);
            Session state = new Session(Role.SUPERVISOR, Lane.DATA, 1, 30_000, 0);
            Established established = new Established(
                    PEER,
                    Lane.DATA,
                    state,
                    1 << 20,
                    new FrameVerifier(macs.create(key, Label.FRAME)),
                    new FrameSigner(macs.create(key, Label.FRAME)));
            SessionLimits limits = new SessionLimits(10_000, new Clocks(() -> 0, () -> 0));
            session = new SessionHandler(channel, established, traffic, limits, TransportObserver.NONE);
            channels.add(channel);
        }

        /** As one that is open at once, so that another thread may end it. */
        Candidate opened() {
            Pipelines.open(channel, session);
            return this;
        }

        @Nullable
        ProtocolViolation adopt() {
            return peer.adopt(finish, session, traffic);
        }
    }

    @Test
    @DisplayName("H15 two FINISHes on two event loops: one session has the lane, and none after the peer is revoked")
    void H15_twoLoopsAdoptAtOnce() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            ServerPeer peer = peer(new Places(1));
            Candidate first = new Candidate(peer).opened();
            Candidate second = new Candidate(peer).opened();
            CompletableFuture<?> one = CompletableFuture.runAsync(() -> adoptBehind(barrier, first), threads);
            CompletableFuture<?> other = CompletableFuture.runAsync(() -> adoptBehind(barrier, second), threads);
            CompletableFuture.allOf(one, other).get();

            assertThat(first.session.isOpen())
                    .as("round %d: the earlier FINISH", round)
                    .isFalse();
            assertThat(second.session.isOpen())
                    .as("round %d: the later FINISH", round)
                    .isTrue();
            peer.endForGood(RejectReason.E_REVOKED);
            assertThat(second.session.isOpen()).as("round %d: revoked", round).isFalse();
            first.channel.finishAndReleaseAll();
            second.channel.finishAndReleaseAll();
            channels.clear();
        }
    }

    private static void adoptBehind(CyclicBarrier barrier, Candidate candidate) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        ProtocolViolation refusal = candidate.adopt();
        if (refusal != null) {
            candidate.session.end(refusal.reason(), refusal.detail());
        }
    }

    @Test
    @DisplayName("H15 a FINISH whose event loop was busy does not take the lane from a later one")
    void H15_anEarlierFinishIsAdoptedLate() {
        ServerPeer peer = peer(new Places(2));
        Candidate earlier = new Candidate(peer);
        Candidate later = new Candidate(peer).opened();
        assertThat(later.adopt()).isNull();
        assertThat(earlier.adopt()).extracting(ProtocolViolation::reason).isEqualTo(RejectReason.E_SUPERSEDED);
        assertThat(later.session.isOpen()).isTrue();
    }

    @Test
    @DisplayName("E_REVOKED a session that opens while its peer is being revoked does not stay")
    void E_REVOKED_adoptedBehindTheRevocation() {
        ServerPeer peer = peer(new Places(2));
        Candidate late = new Candidate(peer);
        peer.endForGood(RejectReason.E_REVOKED);
        assertThat(late.adopt()).extracting(ProtocolViolation::reason).isEqualTo(RejectReason.E_REVOKED);
    }

    @Test
    @DisplayName("D07 a session that supersedes takes the old one's place, and a refused one takes none")
    void D07_whoSupersedesTakesThePlace() {
        Places places = new Places(1);
        ServerPeer peer = peer(places);
        Candidate first = new Candidate(peer).opened();
        Candidate second = new Candidate(peer).opened();
        assertThat(first.adopt()).isNull();
        assertThat(second.adopt()).isNull();
        Candidate other = new Candidate(peer(places));
        for (int refused = 0; refused < 3; refused++) {
            assertThat(other.adopt()).extracting(ProtocolViolation::reason).isEqualTo(RejectReason.E_LIMIT);
        }
        second.session.end(RejectReason.OK_CLOSE, "by the test");
        second.channel.close();
        assertThat(other.adopt()).as("the place is free").isNull();
    }
}
