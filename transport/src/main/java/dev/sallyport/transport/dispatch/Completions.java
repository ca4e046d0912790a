package dev.sallyport.transport.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Settles futures on the event loop and hands those that no thread waits for to the callback executor, one task for each
 * batch of reads. Confined to the event loop.
 */
final class Completions {

    private final Executor callbacks;
    private List<CallFuture<?>> settled = new ArrayList<>();

    Completions(Executor callbacks) {
        this.callbacks = callbacks;
    }

    void add(CallFuture<?> future, Object result) {
        if (future.settle(result)) {
            settled.add(future);
        }
    }

    /** Lets dependent stages run. */
    void hand() {
        if (settled.isEmpty()) {
            return;
        }
        List<CallFuture<?>> batch = settled;
        settled = new ArrayList<>();
        Runnable publish = () -> batch.forEach(CallFuture::publish);
        try {
            callbacks.execute(publish);
        } catch (RejectedExecutionException e) {
            // the transport is closing and its executor has ended: the outcome must still arrive
            publish.run();
        }
    }
}
