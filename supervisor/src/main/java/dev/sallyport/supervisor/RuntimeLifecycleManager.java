package dev.sallyport.supervisor;

import dev.sallyport.transport.Deadline;
import java.util.function.Consumer;

/**
 * A worker's own life, as its code may see and end it. Injectable in every worker's container (CHILD-BOOT-02). Safe for use by
 * many threads.
 */
public interface RuntimeLifecycleManager {

    /** How far the worker's life has come. It only moves forward. */
    enum Phase {
        /** The container is being built. */
        STARTING,
        /** Calls are served. */
        READY,
        /** No new calls are taken; those in flight finish. */
        DRAINING,
        /** In-flight calls have ended; every {@link Worker#flush} runs. */
        FLUSHING,
        /** Nothing runs any more. */
        STOPPED
    }

    Phase phase();

    /**
     * Runs {@code observer} once when a drain begins, with the time by which the worker stops; at once when it has begun. It runs
     * on a thread of its own: the drain does not wait for it. What must be done before the end belongs in {@link Worker#flush}.
     */
    void onDrain(Consumer<Deadline> observer);

    /**
     * Ends this worker as an ordered stop would: it drains, flushes and exits with 0. Whether another takes its place is the
     * group's restart policy. Idempotent; returns at once; without effect when a stop has begun.
     *
     * @param reason one line for the worker's log
     */
    void requestStop(String reason);
}
