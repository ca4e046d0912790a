package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.scenario.RunException.Category;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The lines read and not yet written, in input order. What leaves it is written in that order, whatever settles first. */
final class Window {

    private final RunOptions options;
    private final LineWriter out;
    private final Consumer<MalformedLine> onMalformed;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private int bytes;
    private long written;
    private long silent;
    private long malformed;

    Window(RunOptions options, LineWriter out, Consumer<MalformedLine> onMalformed) {
        this.options = options;
        this.out = out;
        this.onMalformed = onMalformed;
    }

    /** Whether a whole batch more may be read. */
    boolean hasRoom() {
        return entries.size() <= options.windowRecords() - options.batchRecords()
                && bytes <= options.windowBytes() - options.batchBytes();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void add(Entry entry) {
        entries.addLast(entry);
        bytes += entry.bytes();
    }

    /** Writes the settled lines at the head; returns whether there were any. */
    boolean write() throws RunException {
        boolean any = false;
        for (Entry head = entries.peekFirst(); head != null && head.isSettled(); head = entries.peekFirst()) {
            leave(head);
            entries.removeFirst();
            bytes -= head.bytes();
            any = true;
        }
        return any;
    }

    void flush() throws RunException {
        try {
            out.flush();
        } catch (IOException e) {
            throw outputFailed(e);
        }
    }

    RunReport report() {
        return new RunReport(written + silent + malformed, written, silent, malformed);
    }

    private void leave(Entry entry) throws RunException {
        String reason = entry.malformed();
        String line = entry.output();
        if (reason != null) {
            leaveOut(new MalformedLine(entry.line(), reason));
        } else if (line == null) {
            silent++;
        } else {
            try {
                out.write(line);
            } catch (IOException e) {
                throw outputFailed(e);
            }
            written++;
        }
    }

    private void leaveOut(MalformedLine line) throws RunException {
        if (!options.skipInvalid()) {
            throw new RunException(
                    Category.MALFORMED_LINE, line + "; correct it, or have malformed lines skipped", null);
        }
        malformed++;
        onMalformed.accept(line);
    }

    private static RunException outputFailed(IOException e) {
        return new RunException(Category.OUTPUT_FAILED, "the output cannot be written: " + e.getMessage(), e);
    }
}
