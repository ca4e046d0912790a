package dev.sallyport.transport;

import java.util.Map;

/** What a handler may know of the call it serves, and how it learns that nobody waits any more. */
public interface CallContext {

    /** Who calls: the identity of the session, which the peer cannot choose. */
    PeerId peer();

    /** The name of the method. */
    String method();

    /** When the caller stops waiting. Pass it on to calls made on its behalf. */
    Deadline deadline();

    /** What the caller attached, possibly nothing. Chosen by the peer: data, not identity. */
    Map<String, String> metadata();

    /** Whether the caller cancelled, the deadline passed, or the session is gone. */
    boolean isCancelled();

    /**
     * Runs {@code action} once when the call is cancelled; at once, in the calling thread, when it already is. It runs on
     * the handler pool and may be used to interrupt the handler's own work.
     */
    void onCancel(Runnable action);
}
