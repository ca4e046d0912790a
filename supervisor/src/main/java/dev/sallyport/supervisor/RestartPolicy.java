package dev.sallyport.supervisor;

import java.time.Duration;

/**
 * What happens when a worker ends by itself.
 *
 * @param type which ends are followed by a restart
 * @param maxRestarts restarts of all workers of a group that are allowed {@code within} this time before the group is given up, 0 to 1000; as
 *     OTP counts them
 * @param within the window, 1 s to a day
 * @param backoffMin the first delay's upper bound, in whole milliseconds; each further one doubles it, with full jitter
 * @param backoffMax the largest upper bound, not below {@code backoffMin}; a worker that was ready for so long begins with the first one again
 */
public record RestartPolicy(Type type, int maxRestarts, Duration within, Duration backoffMin, Duration backoffMax) {

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
