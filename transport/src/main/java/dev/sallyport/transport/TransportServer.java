package dev.sallyport.transport;

import dev.sallyport.proto.v1.StopRequest;
import java.net.InetSocketAddress;

/** A listening transport and the peers it has issued credentials for. Safe for use by many threads. */
public interface TransportServer extends AutoCloseable {

    /** The literal loopback address and the port it listens on. */
    InetSocketAddress address();

    /**
     * Issues the keys of one peer (protocol.md, section 3).
     *
     * @throws RejectedException {@link RejectReason#E_CONFIG_ISOLATION} when the static secret of the group may serve only one
     *     worker and already does; {@link RejectReason#E_BUNDLE_STATE} when this very incarnation was already issued
     */
    Credential issue(PeerSpec spec);

    /**
     * Forgets a peer: its keys verify nothing from now on, its sessions end with {@link RejectReason#E_REVOKED}, and its calls
     * end with {@link Outcome#WORKER_LOST}. No effect on an unknown peer.
     */
    void revoke(PeerId peer);

    /**
     * The connection of an issued peer. It exists from issue to revocation, whether or not the peer is connected just now.
     *
     * @throws IllegalArgumentException for a peer that was not issued, or was revoked
     */
    Connection connection(PeerId peer);

    /**
     * Sends a stop order on the peer's control lane, ahead of nothing and behind no data.
     *
     * @return whether an open control lane took it; when not, send it again from {@link PeerListener#laneOpened}
     * @throws IllegalArgumentException when the peer would refuse it: a stop id that is not 16 bytes, no mode, or a reason above 256 bytes
     */
    boolean stop(PeerId peer, StopRequest order);

    /** Closes every session with {@link RejectReason#OK_CLOSE}, frees the port, and wipes the master secret. Waits at most 2 s. */
    @Override
    void close();
}
