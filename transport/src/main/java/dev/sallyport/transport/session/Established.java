package dev.sallyport.transport.session;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;

/**
 * What a finished handshake leaves.
 *
 * @param peer the worker's identity, on both sides
 * @param maxPayload bytes
 */
public record Established(
        PeerId peer, Lane lane, Session session, int maxPayload, FrameVerifier inbound, FrameSigner outbound)
        implements AutoCloseable {

    /** Wipes the keys of the session, behind the last frame of either direction. On the thread that verifies and signs. Idempotent. */
    @Override
    public void close() {
        inbound.wipe();
        outbound.wipe();
    }

    /** Says nothing of the keys. */
    @Override
    public String toString() {
        return "session of " + peer + " on " + lane;
    }
}
