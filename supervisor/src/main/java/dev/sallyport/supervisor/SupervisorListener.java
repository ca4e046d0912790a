package dev.sallyport.supervisor;

import dev.sallyport.transport.PeerId;

/**
 * What a supervisor tells. Called in order, on one thread that does nothing else: a listener that blocks holds up only what is
 * told next. What was told before a method of the supervisor returns was heard by then, unless the listener is more than 1 s behind.
 */
public interface SupervisorListener {

    /** A listener that hears nothing. */
    SupervisorListener NONE = new SupervisorListener() {};

    /** A worker reached a phase of its start. {@code pid} is 0 in inline mode, {@code millis} counts from the spawn. */
    default void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {}

    /** A worker process started, with or without an archive of its classes. Told once for each, not before its spawn. */
    default void workerArchive(PeerId worker, ArchiveUse use) {}

    /** A worker ended without having been asked to. {@code evidence} says how. */
    default void workerLost(PeerId worker, String evidence) {}

    /** A worker will be started again after {@code delayMillis}. */
    default void workerRestarting(PeerId next, int restartsInWindow, long delayMillis) {}

    /** A healthy worker is due to be replaced, for this reason; it serves until {@code next} is ready. */
    default void workerReplacing(PeerId worker, PeerId next, String reason) {}

    /** {@code next} serves in the place of a worker that has ended, which is recorded as in a stop. */
    default void workerReplaced(PeerId next, StopReport.WorkerStop worker) {}

    /** A replacement did not start, and the worker goes on. Another one is tried after {@code retryMillis}; -1: none is. */
    default void replacementFailed(PeerId next, String evidence, long retryMillis) {}

    /** A group is given up: its restart limit is reached or its policy forbids a restart. */
    default void groupFailed(String group, String evidence) {}

    /** The one stop event of a group. */
    default void groupStopped(StopReport.GroupStop stop) {}
}
