package dev.sallyport.benchmarks.scale;

import dev.sallyport.transport.Connection;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Keeps calls going on several connections until a time, each followed by the next on the same connection. */
final class Fan {

    private final byte[] payload;
    private final long endNanos;
    private final LongAdder calls = new LongAdder();
    private final Semaphore ended = new Semaphore(0);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Fan(byte[] payload, long endNanos) {
        this.payload = payload;
        this.endNanos = endNanos;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its outcome is taken here
    void call(Connection connection) {
        connection.call(Scale.ECHO, payload, Scale.deadline()).whenComplete((reply, cause) -> {
            calls.increment();
            if (cause != null) {
                failure.compareAndSet(null, cause);
            }
            if (cause == null && System.nanoTime() < endNanos) {
                call(connection);
            } else {
                ended.release();
            }
        });
    }

    /**
     * Waits for all chains of calls.
     *
     * @return how many calls ended
     * @throws IllegalStateException when one of them failed
     */
    long await(int chains) throws InterruptedException {
        ended.acquire(chains);
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("a call failed", cause);
        }
        return calls.sum();
    }
}
