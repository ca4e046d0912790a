package dev.sallyport.transport;

/** How a call ended. Every call ends once, with exactly one of these (protocol.md, section 7). */
public enum Outcome {
    /** The handler answered. */
    OK,
    /** The handler failed, or the payload was not what the method takes. */
    APPLICATION_ERROR,
    /** The caller gave up. */
    CANCELLED,
    /** The deadline passed before an answer came. */
    DEADLINE_EXCEEDED,
    /** The session to the peer was lost. */
    WORKER_LOST,
    /** A limit on concurrent calls was reached; try later or elsewhere. */
    OVERLOADED,
    /** The peer is stopping and takes no new calls. */
    DRAINING,
    /** A body is above {@code max_payload_bytes - 1024}; use a stream. */
    TOO_LARGE,
    /** The peer has no such method. */
    UNKNOWN_METHOD,
    /** The peer has the method, but this caller may not use it. */
    PERMISSION_DENIED
}
