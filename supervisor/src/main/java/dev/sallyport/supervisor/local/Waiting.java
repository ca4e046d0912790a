package dev.sallyport.supervisor.local;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a caller waits for the supervisor's thread. What ends a wait in failure is thrown as it is. */
final class Waiting {

    private Waiting() {}

    /** Whether the future ended within this time, however. */
    static boolean within(CompletableFuture<?> future, Duration timeout) {
        try {
            future.get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            // the caller gives up waiting: for the start that is the same as its time being over
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The value, as soon as it is there. The state machine sees to it that it always comes. */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
