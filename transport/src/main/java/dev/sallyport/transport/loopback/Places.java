package dev.sallyport.transport.loopback;

import java.util.concurrent.atomic.AtomicInteger;

/** How many lanes of peers may be open at once. Safe for use by many threads. */
final class Places {

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    Places(int limit) {
        this.limit = limit;
    }

    /** Whether there was one left. */
    boolean take() {
        if (taken.incrementAndGet() <= limit) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void free() {
        taken.decrementAndGet();
    }
}
