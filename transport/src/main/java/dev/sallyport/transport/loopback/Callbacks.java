package dev.sallyport.transport.loopback;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Where the futures of connections complete: the stages that depend on them are the program's, and may block. */
final class Callbacks {

    private Callbacks() {}

    /** Runs {@code completion} on the callback executor; here when that has ended with its transport. */
    static void run(Executor callbacks, Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }
}
