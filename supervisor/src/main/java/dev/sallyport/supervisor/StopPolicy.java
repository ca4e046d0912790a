package dev.sallyport.supervisor;

import java.time.Duration;

/**
 * How groups are stopped.
 *
 * @param gracefulTimeout how long a worker may drain and flush; the value that travels in STOP
 * @param drainInflight whether calls in flight may finish; when not, they are cancelled
 * @param force whether a worker that does not stop in time is ended by signals
 * @param reason at most 256 bytes, shown in the worker's log
 */
public record StopPolicy(Duration gracefulTimeout, boolean drainInflight, boolean force, String reason) {

    /** Drains, then forces what does not stop within {@code timeout}. */
    public static StopPolicy graceful(Duration timeout) {
        return new StopPolicy(timeout, true, true, "requested");
    }

    public StopPolicy drainInflight(boolean drain) {
        return new StopPolicy(gracefulTimeout, drain, force, reason);
    }

    /** Leaves a worker running, and names it, rather than end it by signals. */
    public StopPolicy withoutForce() {
        return new StopPolicy(gracefulTimeout, drainInflight, false, reason);
    }

    public StopPolicy because(String text) {
        return new StopPolicy(gracefulTimeout, drainInflight, force, text);
    }
}
