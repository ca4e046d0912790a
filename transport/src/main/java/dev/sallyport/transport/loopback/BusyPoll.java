package dev.sallyport.transport.loopback;

import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Lets an event loop look for bytes again and again before it blocks (docs/adr/0087). To be woken takes an interrupt and the
 * scheduler, which together cost more than a call of 1 KiB.
 *
 * <p>It looks only while that pays: a wait that outlasts the limit makes the next one block at once, and one that is shorter makes
 * the next one look again. So whoever is called now and then pays for one limit after each burst, and an idle loop sleeps.
 *
 * <p>One for each event loop, on its thread.
 */
final class BusyPoll implements SelectStrategy {

    private final long limitNanos;
    private final LongSupplier nanos;
    private boolean pays;
    private boolean blocked;
    private boolean waiting;
    private long waitingSince;

    /**
     * @param limitNanos how long one wait may look, above 0
     * @param nanos a monotonic clock
     */
    BusyPoll(long limitNanos, LongSupplier nanos) {
        this.limitNanos = limitNanos;
        this.nanos = nanos;
    }

    static SelectStrategyFactory of(long limitNanos) {
        return () -> new BusyPoll(limitNanos, System::nanoTime);
    }

    /** Returns what is ready, 0 to be asked again, or {@link #SELECT} to block. */
    @Override
    public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
        int events = ready.get();
        if (blocked) {
            blocked = false;
            waiting = false;
            pays = nanos.getAsLong() - waitingSince < limitNanos;
        }
        if (events > 0 || hasTasks) {
            waiting = false;
            return events;
        }
        return waitOn();
    }

    private int waitOn() {
        long now = nanos.getAsLong();
        if (!waiting) {
            waiting = true;
            waitingSince = now;
        }
        if (pays && now - waitingSince < limitNanos) {
            Thread.onSpinWait();
            return 0;
        }
        blocked = true;
        return SELECT;
    }
}
