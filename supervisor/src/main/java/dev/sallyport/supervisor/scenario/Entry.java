package dev.sallyport.supervisor.scenario;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A line of the window: read, and not yet written. Owned by the runner's thread. */
final class Entry {

    private final long line;
    private final int bytes;
    private boolean settled;
    private @Nullable String output;
    private @Nullable String malformed;

    Entry(long line, int bytes) {
        this.line = line;
        this.bytes = bytes;
    }

    long line() {
        return line;
    }

    /** What it takes of a window or a batch. */
    int bytes() {
        return bytes;
    }

    void decided(Optional<String> outputLine) {
        settled = true;
        output = outputLine.orElse(null);
    }

    void malformed(String reason) {
        settled = true;
        malformed = reason;
    }

    boolean isSettled() {
        return settled;
    }

    /** Its line of output; null when it has none. */
    @Nullable
    String output() {
        return output;
    }

    /** Why it is not a record; null when it is one. */
    @Nullable
    String malformed() {
        return malformed;
    }
}
