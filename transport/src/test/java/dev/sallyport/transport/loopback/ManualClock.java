package dev.sallyport.transport.loopback;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of a transport, clocks and timers, as a test sets it: it stands still but for the steps of the test. {@link #run} lets it
 * run on by itself, as a transport that closes needs it.
 */
public final class ManualClock implements Ticker {

    private final long wallOrigin = System.currentTimeMillis();
    private final AtomicLong stepped = new AtomicLong();
    private volatile long runningSince;
    private volatile boolean running;

    /** A clock that runs and that can be stepped forward. */
    public static ManualClock running() {
        ManualClock clock = new ManualClock();
        clock.run();
        return clock;
    }

    /** Every timer that is due by then fires, soon. */
    public void step(Duration span) {
        stepped.addAndGet(span.toNanos());
    }

    /** Lets it run on from where it is. No effect on a clock that runs: it would jump back, and event loops that end would wait for it. */
    public void run() {
        if (!running) {
            runningSince = System.nanoTime();
            running = true;
        }
    }

    private long elapsed() {
        return stepped.get() + (running ? System.nanoTime() - runningSince : 0);
    }

    /** Such that an event loop which subtracts it from the system's time, as some do, gets this clock's. */
    @Override
    public long initialNanoTime() {
        return System.nanoTime() - elapsed();
    }

    @Override
    public long nanoTime() {
        return elapsed();
    }

    /** Unix time. */
    public long wallMillis() {
        return wallOrigin + TimeUnit.NANOSECONDS.toMillis(elapsed());
    }

    @Override
    public void sleep(long delay, TimeUnit unit) throws InterruptedException {
        unit.sleep(delay);
    }

    Clocks clocks() {
        return new Clocks(this::wallMillis, this::nanoTime);
    }
}
