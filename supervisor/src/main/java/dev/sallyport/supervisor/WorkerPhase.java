package dev.sallyport.supervisor;

/** How far a worker's start has come. */
public enum WorkerPhase {
    /** The process exists and its bundle is on the way. */
    SPAWNED,
    /** Its control lane is open. */
    AUTHENTICATED,
    /** Its container is built. */
    CONTAINER_UP,
    /** It said that it is ready, and takes calls. */
    READY
}
