package dev.sallyport.transport;

/** The two connections of a peer; each is one session with its own keys (protocol.md, section 1). */
public enum Lane {
    /** Readiness, heartbeats and stop. Its event loop carries neither data nor user code. */
    CONTROL,
    /** Application calls. */
    DATA
}
