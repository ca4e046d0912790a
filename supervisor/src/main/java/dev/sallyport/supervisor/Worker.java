package dev.sallyport.supervisor;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Routes;

/**
 * The code that a worker process runs: found by injection in one of the discovery roots of its group. There may be several
 * in one container; their routes are served together.
 */
public interface Worker {

    /**
     * The methods it serves. Asked once, before the worker is ready, on the thread that builds the container. Whatever it throws ends the
     * start as a container that could not be built.
     */
    Routes routes();

    /**
     * Called during a stop, after in-flight calls ended: writes out what must last. On a thread of its own, at the same time as those of
     * other workers in the container.
     *
     * @param deadline behind which nobody waits for it
     * @throws Exception when something was not written: the worker then ends with {@link WorkerExit#NOT_FLUSHED}, and so it does when the
     *     deadline passes
     */
    default void flush(Deadline deadline) throws Exception {}
}
