package dev.sallyport.supervisor.lifecycle;

/** Where one incarnation of a worker stands. The states up to READY are those of a start, in order. */
enum WorkerState {
    SPAWNING,
    SPAWNED,
    AUTHENTICATED,
    CONTAINER_UP,
    READY,
    /** It is on the stop ladder. */
    STOPPING,
    /** Its process has ended; what it left is being ended too. */
    SWEEPING,
    /** Its process runs and force is forbidden. */
    LEFT_RUNNING,
    ENDED
}
