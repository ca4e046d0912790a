package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.lifecycle.Action;
import java.util.concurrent.CompletableFuture;

/** What callers wait for. Completed by the supervisor's thread. */
final class Waits {

    /** One call of startGroups: its groups started, and ready. */
    record Start(CompletableFuture<Void> started, CompletableFuture<Void> ready) {

        void fail(RuntimeException failure) {
            started.completeExceptionally(failure);
            ready.completeExceptionally(failure);
        }
    }

    private volatile Start start = new Start(new CompletableFuture<>(), new CompletableFuture<>());
    private volatile CompletableFuture<Action.AllStopped> stop = new CompletableFuture<>();

    Waits() {
        start.fail(new IllegalStateException("no group was started"));
    }

    /** The start that is under way, or was last. */
    Start start() {
        return start;
    }

    /** A start that is ordered next. */
    Start newStart() {
        Start next = new Start(new CompletableFuture<>(), new CompletableFuture<>());
        start = next;
        return next;
    }

    /** The stop that is under way, or was last; a new one for a policy that forces what the last one left running, and after one that failed. */
    synchronized CompletableFuture<Action.AllStopped> stop(StopPolicy policy) {
        if (stop.isCompletedExceptionally() || (policy.force() && hasLeftRunning(stop))) {
            stop = new CompletableFuture<>();
        }
        return stop;
    }

    private static boolean hasLeftRunning(CompletableFuture<Action.AllStopped> last) {
        return last.isDone() && !last.join().leftRunning().isEmpty();
    }

    void started() {
        start.started().complete(null);
    }

    void ready() {
        start.ready().complete(null);
    }

    void startFailed(Action.StartFailed failed) {
        start.fail(new SupervisorException(failed.category(), "the groups did not start", failed.causes(), null));
    }

    void stopped(Action.AllStopped stopped) {
        stop.complete(stopped);
    }
}
