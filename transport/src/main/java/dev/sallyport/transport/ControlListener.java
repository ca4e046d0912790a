package dev.sallyport.transport;

import dev.sallyport.proto.v1.StopRequest;

/** What a worker hears on its control lane. Called on the control event loop: return at once. */
public interface ControlListener {

    /** A listener that hears nothing. */
    ControlListener NONE = new ControlListener() {};

    /** The server orders a stop; answer with {@link ControlLink#acknowledge}. The same order may come twice. */
    default void stopOrdered(StopRequest order) {}

    /** The control lane was lost and is being connected again; {@link #regained} or {@link #ended} follows. */
    default void lost(RejectReason reason) {}

    /** The control lane is open again, with new keys. */
    default void regained() {}

    /** The control lane is gone for good: said goodbye, superseded, revoked, or not regained within the reconnect limit. */
    default void ended(RejectReason reason) {}
}
