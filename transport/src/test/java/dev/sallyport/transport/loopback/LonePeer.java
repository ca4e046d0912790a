package dev.sallyport.transport.loopback;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.Session;
import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.Nullable;

/** What a server holds of an issued peer, without the server: its sessions open on channels of the test. */
final class LonePeer {

    private static final PeerId ID = new PeerId("group", "worker", 1);

    private final TransportObserver observer;
    private final ServerPeer peer;

    LonePeer(Places places, TransportObserver observer) {
        this.observer = observer;
        DispatchSettings settings = new DispatchSettings(
                Routes.none(),
                method -> true,
                () -> true,
                8,
                4096,
                Runnable::run,
                Runnable::run,
                Runnable::run,
                observer);
        this.peer = new ServerPeer(ID, settings, PeerListener.NONE, Runnable::run, places);
    }

    /** As {@code Connection.close} of the server. */
    void close() {
        peer.close();
    }

    void revoke() {
        peer.endForGood(RejectReason.E_REVOKED);
    }

    /** A FINISH has verified: its session may open when it was adopted. */
    Finished finish(Lane lane, FrameVerifier inbound, FrameSigner outbound) {
        EmbeddedChannel channel = new EmbeddedChannel();
        LaneTraffic traffic = peer.newTraffic(lane);
        Session state = new Session(Role.SUPERVISOR, lane, 1, 30_000, 0);
        SessionHandler session = new SessionHandler(
                channel,
                new Established(ID, lane, state, 1 << 20, inbound, outbound),
                traffic,
                new SessionLimits(10_000, new Clocks(() -> 0, () -> 0)),
                observer);
        return new Finished(peer, peer.finished(), channel, state, session, traffic);
    }

    /** @param number of the FINISH among those of the peer */
    record Finished(
            ServerPeer peer,
            long number,
            EmbeddedChannel channel,
            Session state,
            SessionHandler session,
            LaneTraffic traffic) {

        /** Takes the lane. Why not, or null. */
        @Nullable
        ProtocolViolation adopt() {
            return peer.adopt(number, session, traffic);
        }

        Finished opened() {
            Pipelines.open(channel, session);
            return this;
        }
    }
}
