package dev.sallyport.transport;

import org.jspecify.annotations.Nullable;

/**
 * What a transport tells of itself, for counters, metrics and traces. Called on event loops and pool threads: return at
 * once, never throw. No argument holds a secret or text chosen by an unauthenticated peer.
 */
public interface TransportObserver {

    /** An observer that drops everything. */
    TransportObserver NONE = new TransportObserver() {};

    /**
     * A connection or session was refused or ended by this side for {@code reason}, or ended without a goodbye.
     *
     * @param peer the peer, once authenticated
     * @param cause for {@code E_AUTH} keyid, mac, time, nonce, quota or params; otherwise what was seen, or empty
     */
    default void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {}

    /** A session is open. */
    default void sessionOpened(PeerId peer, Lane lane) {}

    /** A session that was open has ended. */
    default void sessionClosed(PeerId peer, Lane lane, RejectReason reason) {}

    /** A call made by this side has ended. */
    default void callEnded(PeerId peer, String method, Outcome outcome, long nanos) {}

    /**
     * A call served by this side has ended, or was refused.
     *
     * @param method a method of this side's routes, or empty: a peer does not choose what stands in a metric
     * @param nanos 0 when it was refused
     */
    default void requestServed(PeerId peer, String method, Outcome outcome, long nanos) {}

    /** A message for a call that is unknown or has ended was dropped. */
    default void messageDropped(PeerId peer) {}

    /**
     * A peer took nothing for a while, and takes bytes again.
     *
     * @param nanos for how long the session could not write
     */
    default void writeStalled(PeerId peer, Lane lane, long nanos) {}

    /** This observer, and then the other one, for everything. */
    default TransportObserver and(TransportObserver other) {
        return new BothObservers(this, other);
    }
}
