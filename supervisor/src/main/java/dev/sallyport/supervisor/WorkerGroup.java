package dev.sallyport.supervisor;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.util.concurrent.CompletableFuture;

/**
 * The ready workers of one group. Futures complete once, and fail only with {@code CallException}; they behave as those of
 * {@code Connection}.
 */
public interface WorkerGroup {

    String name();

    /** How many workers the group is configured with. */
    int size();

    /** Calls the worker with the fewest calls in flight. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline);

    /** Calls the worker that this key belongs to: equal keys go to the same worker, in every mode and every run. */
    <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline, String affinityKey);
}
