package dev.sallyport.supervisor.scenario;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of an input, each ended by a line feed or by the end of the input. Holds no more of a line than its limit. */
final class LineReader {

    private static final int BUFFER_BYTES = 64 << 10;

    /** One line, without its line feed. */
    static final class Line {

        private final long number;
        private final byte @Nullable [] bytes;

        private Line(long number, byte @Nullable [] bytes) {
            this.number = number;
            this.bytes = bytes;
        }

        /** From 1. */
        long number() {
            return number;
        }

        /** The bytes, not copied; null when there are more than the limit. */
        byte @Nullable [] bytes() {
            return bytes;
        }

        /** What it takes of a batch. */
        int batchBytes() {
            return RunOptions.LINE_OVERHEAD_BYTES + (bytes == null ? 0 : bytes.length);
        }
    }

    /** Called before the input may make its reader wait. */
    @FunctionalInterface
    interface BeforeWaiting {
        void run() throws InterruptedException;
    }

    private final InputStream in;
    private final int maxLineBytes;
    private final BeforeWaiting beforeWaiting;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long number;

    LineReader(InputStream in, int maxLineBytes, BeforeWaiting beforeWaiting) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
        this.beforeWaiting = beforeWaiting;
    }

    /** The next line, or null at the end of the input. */
    @Nullable
    Line next() throws IOException, InterruptedException {
        if (position == limit && !refill()) {
            return null;
        }
        number++;
        int end = lineFeed();
        return end < limit ? whole(end) : spanning();
    }

    private Line whole(int end) {
        byte[] bytes = end - position <= maxLineBytes ? Arrays.copyOfRange(buffer, position, end) : null;
        position = end + 1;
        return new Line(number, bytes);
    }

    /** A line that goes beyond the buffer. */
    private Line spanning() throws IOException, InterruptedException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        boolean ended = false;
        while (!ended && (position < limit || refill())) {
            int end = lineFeed();
            ended = end < limit;
            tooLong |= line.size() + (end - position) > maxLineBytes;
            if (!tooLong) {
                line.write(buffer, position, end - position);
            }
            position = ended ? end + 1 : end;
        }
        return new Line(number, tooLong ? null : line.toByteArray());
    }

    private int lineFeed() {
        int at = position;
        while (at < limit && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean refill() throws IOException, InterruptedException {
        if (!hasMoreAtOnce()) {
            beforeWaiting.run();
        }
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    /** A file knows what it still has; a pipe that cannot tell counts as empty. */
    private boolean hasMoreAtOnce() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
