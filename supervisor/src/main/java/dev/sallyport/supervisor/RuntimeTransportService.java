package dev.sallyport.supervisor;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.util.concurrent.CompletableFuture;

/**
 * A worker's way to call its supervisor. Injectable in every worker's container (CHILD-BOOT-02). Safe for use by many threads.
 *
 * <p>The container is built before the data lane opens. A call made until then, from a constructor for instance, ends at once with
 * {@code WORKER_LOST} and {@code ran} false.
 */
public interface RuntimeTransportService {

    /**
     * Calls a method of the supervisor. It must be listed in the group's {@code calls}, else the call ends with
     * {@code PERMISSION_DENIED}. The future behaves as those of {@code Connection}.
     */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline);

    /** Whether a call made now could be written. */
    boolean isOpen();
}
