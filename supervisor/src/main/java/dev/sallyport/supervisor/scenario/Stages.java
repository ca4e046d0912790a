package dev.sallyport.supervisor.scenario;

import dev.sallyport.transport.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The two calls that a record takes. Both are called by the runner's one thread and must not block. A request and a reply
 * may take at most 64 bytes for each line besides the line's own length: that is what batches are measured by.
 *
 * @param <R> a valid record
 */
public interface Stages<R> {

    /**
     * The stateless stage. Several batches are under way at once, and may end in any order.
     *
     * @param lines without their line ends; not to be changed
     * @return one result for each line, in order
     */
    CompletableFuture<List<Parsed<R>>> parse(List<byte[]> lines, Deadline deadline);

    /**
     * The stateful stage. Records with equal keys are always in the same partition; of one partition one batch at a time is
     * under way, in input order.
     *
     * @param partition the affinity key of the call
     * @param recordsBefore how many records of this partition were decided before these
     * @return for each record, in order, its line of output without a line end, or nothing
     */
    CompletableFuture<List<Optional<String>>> decide(
            String partition, long recordsBefore, List<R> records, Deadline deadline);
}
