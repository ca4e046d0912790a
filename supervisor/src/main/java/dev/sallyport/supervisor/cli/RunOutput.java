package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.scenario.MalformedLine;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * What a run tells while it goes on: the start table on standard output, unless that is reserved for JSON, and notes on standard
 * error. Safe for use by many threads.
 */
final class RunOutput {

    /** Malformed lines beyond these are only counted. */
    private static final int MALFORMED_SHOWN = 20;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private int malformed;

    RunOutput(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    void started(StartTable starts, Duration elapsed) {
        if (!json) {
            out.println("started in " + elapsed.toMillis() + " ms");
            out.print(starts.text());
            out.flush();
        }
    }

    void note(String text) {
        err.println("sallyport: " + text);
        err.flush();
    }

    synchronized void malformed(MalformedLine line) {
        malformed++;
        if (malformed <= MALFORMED_SHOWN) {
            note("left out " + line);
        } else if (malformed == MALFORMED_SHOWN + 1) {
            note("further malformed lines are only counted");
        }
    }
}
