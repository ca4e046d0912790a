package dev.sallyport.supervisor;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.util.concurrent.CompletableFuture;

/**
 * The ready workers of one group. Safe for use by many threads; no call blocks. Futures complete once, and fail only with {@code CallException}; they behave as those of
 * {@code Connection}. Where no worker can be called, the outcome is {@code WORKER_LOST}, or {@code DRAINING} once the group stops; above the
 * group's {@code max_concurrent_calls} it is {@code OVERLOADED}. None of the three ran.
 */
public interface WorkerGroup {

    /** As configured. */
    String name();

    /** How many workers the group is configured with. */
    int size();

    /** Calls the worker with the fewest calls in flight, and of several the next in turn. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline);

    /**
     * Calls the worker that this key belongs to: equal keys go to the same worker, in every mode and every run. While that one is not
     * ready no other serves its keys.
     *
     * @param affinityKey any text
     */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline, String affinityKey);
}
