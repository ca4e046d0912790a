package dev.sallyport.transport;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;

/**
 * What a server hears of its peers. Every method is called on the control event loop, in order for one peer, and must
 * return at once: hand the event to a thread of your own.
 */
public interface PeerListener {

    /** A listener that hears nothing. */
    PeerListener NONE = new PeerListener() {};

    /** A lane of {@code peer} is authenticated and open. */
    default void laneOpened(PeerId peer, Lane lane) {}

    /** A lane of {@code peer} that was open is gone. {@code E_SUPERSEDED}: a newer session took its place and is open. */
    default void laneClosed(PeerId peer, Lane lane, RejectReason reason) {}

    /** The peer reported its phase. Text in it was chosen by the peer: escape it before it is shown. */
    default void statusReported(PeerId peer, WorkerStatus status) {}

    /** The peer acknowledged a phase of a stop. */
    default void stopAcknowledged(PeerId peer, StopAck ack) {}

    /** The peer answered a heartbeat after {@code roundTripNanos}. */
    default void heartbeatAnswered(PeerId peer, long roundTripNanos) {}
}
