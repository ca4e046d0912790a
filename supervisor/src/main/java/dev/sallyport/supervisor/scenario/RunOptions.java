package dev.sallyport.supervisor.scenario;

import java.time.Duration;

/**
 * How a run goes. Memory is bounded by the window, whatever the length of the input.
 *
 * @param windowRecords the most records read and not yet written, at least {@code batchRecords}
 * @param windowBytes the same in bytes of their lines, at least {@code batchBytes}
 * @param batchRecords the most records of one call, from 1
 * @param batchBytes the most bytes of one call, from {@link #MIN_BATCH_BYTES}; a line that would not fit is malformed
 * @param callTimeout how long one call may take
 * @param skipInvalid whether malformed lines are left out instead of ending the run
 */
public record RunOptions(
        int windowRecords,
        int windowBytes,
        int batchRecords,
        int batchBytes,
        Duration callTimeout,
        boolean skipInvalid) {

    /** What a line may take in a request or reply besides its own length. */
    static final int LINE_OVERHEAD_BYTES = 64;

    /** The smallest {@code batchBytes}. */
    public static final int MIN_BATCH_BYTES = 1024;

    /** The most calls of one stage that have not ended: as many batches as fill the window, and as many partitions. */
    static final int CALLS_OF_A_STAGE = 32;

    /** The most calls of a run, of both its stages, that have not ended. */
    public static final int CALLS_AT_ONCE = 2 * CALLS_OF_A_STAGE;

    /** What a call takes besides its records: partition, counters, and the transport's own 1,024 bytes. */
    private static final int CALL_OVERHEAD_BYTES = 1024 + 128;

    /**
     * 8,192 records in the window keep two workers a group busy and take a few MiB; 256 records a call make the cost of a
     * call small against that of its records.
     */
    public static final RunOptions DEFAULT =
            new RunOptions(8192, 8 << 20, 256, 64 << 10, Duration.ofSeconds(30), false);

    /** @throws IllegalArgumentException when a value is out of its range */
    public RunOptions {
        if (batchRecords < 1 || windowRecords < batchRecords) {
            throw new IllegalArgumentException("a batch has 1 record or more, the window holds a batch or more");
        }
        if (batchBytes < MIN_BATCH_BYTES || windowBytes < batchBytes) {
            throw new IllegalArgumentException(
                    "a batch has " + MIN_BATCH_BYTES + " bytes or more, the window holds a batch or more");
        }
    }

    /** Leaves malformed lines out, or ends the run at the first one. */
    public RunOptions skipInvalid(boolean skip) {
        return new RunOptions(windowRecords, windowBytes, batchRecords, batchBytes, callTimeout, skip);
    }

    /** Makes batches small enough for a transport's {@code max_payload_bytes}, which is at least 4,096. */
    public RunOptions fitting(int maxPayloadBytes) {
        int fits = Math.min(batchBytes, maxPayloadBytes - CALL_OVERHEAD_BYTES);
        return new RunOptions(windowRecords, windowBytes, batchRecords, fits, callTimeout, skipInvalid);
    }

    /** The longest line that is read as a record. */
    int maxLineBytes() {
        return batchBytes - LINE_OVERHEAD_BYTES;
    }
}
