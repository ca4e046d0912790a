package dev.sallyport.supervisor;

import dev.sallyport.proto.WireSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * How groups are stopped.
 *
 * @param gracefulTimeout how long a worker may drain and flush, at least 0; the value that travels in STOP, in whole milliseconds
 * @param drainInflight whether calls in flight may finish; when not, they are cancelled
 * @param force whether a worker that does not stop in time is ended by signals
 * @param reason at most 256 bytes of UTF-8, shown in the worker's log
 */
public record StopPolicy(Duration gracefulTimeout, boolean drainInflight, boolean force, String reason) {

    /** @throws IllegalArgumentException when the time-out is negative or the reason too long for the wire */
    public StopPolicy {
        if (gracefulTimeout.isNegative()) {
            throw new IllegalArgumentException("a graceful time-out is at least 0");
        }
        if (reason.getBytes(StandardCharsets.UTF_8).length > WireSpec.TEXT_MAX_BYTES) {
            throw new IllegalArgumentException("a stop reason is at most " + WireSpec.TEXT_MAX_BYTES + " bytes");
        }
    }

    /** Drains, then forces what does not stop within {@code timeout}. */
    public static StopPolicy graceful(Duration timeout) {
        return new StopPolicy(timeout, true, true, "requested");
    }

    /** The same, with calls in flight finished before the stop ({@code true}) or cancelled. */
    public StopPolicy drainInflight(boolean drain) {
        return new StopPolicy(gracefulTimeout, drain, force, reason);
    }

    /** Leaves a worker running, and names it, rather than end it by signals. */
    public StopPolicy withoutForce() {
        return new StopPolicy(gracefulTimeout, drainInflight, false, reason);
    }

    /**
     * The same, for this reason.
     *
     * @throws IllegalArgumentException when {@code text} has more than 256 bytes of UTF-8
     */
    public StopPolicy because(String text) {
        return new StopPolicy(gracefulTimeout, drainInflight, force, text);
    }
}
