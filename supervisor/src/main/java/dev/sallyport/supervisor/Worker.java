package dev.sallyport.supervisor;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Routes;

/**
 * The code that a worker process runs: found by injection in one of the discovery roots of its group. There may be several
 * in one container; their routes are served together.
 */
public interface Worker {

    /** The methods it serves. Asked once, before the worker is ready. */
    Routes routes();

    /** Called during a stop, after in-flight calls ended: writes out what must last. Bounded by {@code deadline}. */
    default void flush(Deadline deadline) throws Exception {}
}
