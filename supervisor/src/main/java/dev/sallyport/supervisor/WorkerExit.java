package dev.sallyport.supervisor;

/** The exit codes of a JVM worker. Every other code comes from its own code or from the JVM. */
public enum WorkerExit {
    /** It was ordered to stop, or asked to, and did: drained, flushed, acknowledged. */
    STOPPED(0),
    /** The supervisor could not be reached or did not prove itself. */
    CONNECT_FAILED(69),
    /** Its container could not be built; the reason was reported over the control lane. */
    CONTAINER_FAILED(70),
    /** A fault of the worker runtime itself. */
    INTERNAL(71),
    /** It was stopped, but a {@link Worker#flush} failed or did not end in time. */
    NOT_FLUSHED(74),
    /** Its supervisor is gone, or its control lane is gone for good. */
    ORPHANED(75),
    /** Its bundle was refused, or bytes came behind it. */
    BUNDLE_REJECTED(78);

    private final int code;

    WorkerExit(int code) {
        this.code = code;
    }

    /** The code that the process ends with. */
    public int code() {
        return code;
    }
}
