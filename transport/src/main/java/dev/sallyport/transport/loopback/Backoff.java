package dev.sallyport.transport.loopback;

import java.util.function.LongUnaryOperator;

/**
 * How long to wait before the next attempt: a random time up to a bound that doubles with each failure. Full jitter, because workers
 * that lost one server would otherwise all come back at the same moment. Confined to one thread.
 */
final class Backoff {

    /** Shorter than anybody notices when a server is only restarting its listener. */
    static final long FIRST_MILLIS = 20;

    /** A server that is back is found within a second. */
    static final long LAST_MILLIS = 1_000;

    /** A server that ended session after session is there, and need not be found: fewer than 15 attempts fit into 10 s. */
    static final long UNSTEADY_LAST_MILLIS = 4_000;

    private final LongUnaryOperator random;
    private long boundMillis = FIRST_MILLIS;

    /** @param random a number from 0 to below its argument */
    Backoff(LongUnaryOperator random) {
        this.random = random;
    }

    /** Nobody was reached, or no session opened. 1 to the bound, in milliseconds, and at most what remains, if that is more than 1. */
    long next(long remainingMillis) {
        long bound = Math.min(LAST_MILLIS, boundMillis);
        return failed(random.applyAsLong(bound) + 1, remainingMillis);
    }

    /** A session opened and failed at once. As {@link #next}, but never below half the bound, which goes on further. */
    long nextUnsteady(long remainingMillis) {
        long half = boundMillis / 2;
        return failed(half + random.applyAsLong(half) + 1, remainingMillis);
    }

    private long failed(long delay, long remainingMillis) {
        boundMillis = Math.min(UNSTEADY_LAST_MILLIS, 2 * boundMillis);
        return Math.min(delay, Math.max(1, remainingMillis));
    }

    /** A session lasted. */
    void reset() {
        boundMillis = FIRST_MILLIS;
    }
}
