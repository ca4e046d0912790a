package dev.sallyport.supervisor.lifecycle;

import java.time.Duration;

/**
 * How long each phase of a start may take. All count from the order to spawn, in milliseconds, so that one slow phase uses up
 * the time of the next ones.
 *
 * @param spawned until the process exists: 10 s, or a third of the time to be ready where that is more
 * @param authenticated until its control lane is open, and as long as a child tries to connect: 20 s, which is time for a JVM on a machine
 *     that is busy, or two thirds of the time to be ready where that is more
 * @param containerUp until its container is built: the configured time to be ready
 * @param ready until it is ready: the configured time to be ready
 */
public record StartLimits(long spawned, long authenticated, long containerUp, long ready) {

    private static final long SPAWNED_MILLIS = 10_000;
    private static final long AUTHENTICATED_MILLIS = 20_000;

    /** The limits for this time to be ready; no phase is allowed more. */
    public static StartLimits within(Duration readyTimeout) {
        long all = readyTimeout.toMillis();
        long spawned = Math.max(SPAWNED_MILLIS, all / 3);
        long authenticated = Math.max(AUTHENTICATED_MILLIS, all / 3 * 2);
        return new StartLimits(Math.min(spawned, all), Math.min(authenticated, all), all, all);
    }
}
