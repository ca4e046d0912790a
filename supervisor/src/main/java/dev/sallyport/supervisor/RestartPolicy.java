package dev.sallyport.supervisor;

import java.time.Duration;

/**
 * What happens when a worker ends by itself.
 *
 * @param type which ends are followed by a restart
 * @param maxRestarts restarts of all workers of a group that are allowed {@code within} this time before the group is given up, at least 0; as
 *     OTP counts them
 * @param within the window, above 0 and at most a day
 * @param backoffMin the first delay's upper bound, at least 0, in whole milliseconds; each further one doubles it, with full
 *     jitter, so that 0 stays 0
 * @param backoffMax the largest upper bound, not below {@code backoffMin} and at most a day; a worker that was ready for so long begins with the first one again
 */
public record RestartPolicy(Type type, int maxRestarts, Duration within, Duration backoffMin, Duration backoffMax) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException when a parameter is not in its range: a delay below 0 would be found out by the first worker that is lost */
    public RestartPolicy {
        if (maxRestarts < 0 || within.isNegative() || within.isZero() || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a restart limit is at least 0, within a time above 0 and of at most a day");
        }
        if (backoffMin.isNegative() || backoffMin.compareTo(backoffMax) > 0 || backoffMax.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a backoff is at least 0, its max not below its min and at most a day");
        }
    }

    /** Which ends are followed by a restart. */
    public enum Type {
        /** Every end. */
        PERMANENT,
        /** Every end but exit code 0. */
        TRANSIENT,
        /** None: the worker's state is lost with it. */
        TEMPORARY
    }

    /** Permanent, five restarts in 60 s, from 100 ms to 10 s: a crash heals, a crash loop ends within a minute. */
    public static final RestartPolicy DEFAULT = new RestartPolicy(
            Type.PERMANENT, 5, Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofSeconds(10));

    /** Never restarted. */
    public static final RestartPolicy NEVER = new RestartPolicy(
            Type.TEMPORARY, 0, Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofSeconds(10));
}
