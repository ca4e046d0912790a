package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.SupervisorException.Category;
import org.jspecify.annotations.Nullable;

/**
 * How a worker ended.
 *
 * @param stop its line in the report of its group
 * @param failure why, when it was not because it had been asked to
 * @param forced whether it needed more than the order to drain
 * @param leftRunning it still runs, because force is forbidden
 * @param notEnded it still runs, although force was used
 * @param normal its exit code was 0
 * @param readyMillis how long it was ready
 */
record WorkerEnd(
        WorkerStop stop,
        @Nullable Failure failure,
        boolean forced,
        boolean leftRunning,
        boolean notEnded,
        boolean normal,
        long readyMillis) {

    /**
     * A failure that nobody asked for.
     *
     * @param evidence one line: who, how, in which phase, last output
     */
    record Failure(Category category, String evidence) {

        /** Whether starting the worker again could help. */
        boolean isRetryable() {
            return category != Category.CHILD_BOOTSTRAP && category != Category.CONFIGURATION;
        }
    }
}
