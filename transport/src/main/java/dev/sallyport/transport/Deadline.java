package dev.sallyport.transport;

import java.time.Duration;

/**
 * A point on this process's monotonic clock by which something must have happened. It does not move when the wall clock
 * does. It crosses the wire as the time that remains, so two processes never compare clocks.
 */
public final class Deadline implements Comparable<Deadline> {

    /** The farthest deadline that the wire carries, in milliseconds a u32: about 49 days. */
    private static final Duration LONGEST = Duration.ofMillis(0xFFFF_FFFFL);

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A deadline {@code timeout} from now; negative counts as already expired, above 49 days as 49 days. */
    public static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + within(timeout).toNanos());
    }

    /** Compared before it is converted: the longest durations have no number of nanoseconds. */
    private static Duration within(Duration timeout) {
        if (timeout.isNegative()) {
            return Duration.ZERO;
        }
        return timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST;
    }

    /** A deadline {@code millis} milliseconds from now. */
    public static Deadline afterMillis(long millis) {
        return after(Duration.ofMillis(millis));
    }

    /** A deadline at this value of {@link System#nanoTime()}. The peer is told of at most 49 days. */
    public static Deadline at(long nanoTime) {
        return new Deadline(nanoTime);
    }

    /** The time that is left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** The nanoseconds that are left, never negative. */
    public long remainingNanos() {
        return Math.max(0, nanoTime - System.nanoTime());
    }

    /** Whether no time is left. */
    public boolean isExpired() {
        return remainingNanos() == 0;
    }

    /** The {@link System#nanoTime()} value of the deadline. */
    public long nanoTime() {
        return nanoTime;
    }

    /** The earlier of the two. */
    public Deadline min(Deadline other) {
        return compareTo(other) <= 0 ? this : other;
    }

    @Override
    public int compareTo(Deadline other) {
        return Long.signum(nanoTime - other.nanoTime);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Deadline that && that.nanoTime == nanoTime;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(nanoTime);
    }

    @Override
    public String toString() {
        return "in " + remaining().toMillis() + " ms";
    }
}
