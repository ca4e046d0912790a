package dev.sallyport.supervisor.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The last lines that a worker printed, and what they tell of its end. Bounded: 200 lines of 500 characters for each stream. */
final class OutputRing {

    private static final int MAX_LINES = 200;
    private static final int SHOWN_LINES = 5;

    /** The end of what HotSpot prints to standard output when it ends by a fatal error: a path, with nothing before it but its folders. */
    private static final Pattern FATAL_ERROR_FILE = Pattern.compile("hs_err_pid\\d+\\.log");

    /** Numbers the lines of all workers, so that one number says what a reader has seen. */
    private static final AtomicLong LAST_NUMBER = new AtomicLong();

    private static final String OUT_OF_MEMORY = "java.lang.OutOfMemoryError";

    private final Deque<OutputLine> output = new ArrayDeque<>();
    private final Deque<OutputLine> errors = new ArrayDeque<>();

    synchronized void output(String line) {
        add(output, false, line);
    }

    synchronized void error(String line) {
        add(errors, true, line);
    }

    private static void add(Deque<OutputLine> lines, boolean error, String line) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(new OutputLine(LAST_NUMBER.incrementAndGet(), System.currentTimeMillis(), error, line));
    }

    /** All lines that are kept, of both streams, oldest first. */
    synchronized List<OutputLine> lines() {
        List<OutputLine> all = new ArrayList<>(output);
        all.addAll(errors);
        all.sort(Comparator.comparingLong(OutputLine::number));
        return all;
    }

    /** The last lines of standard error, oldest first; of standard output, when there are none. */
    synchronized List<String> lastLines() {
        List<String> all = (errors.isEmpty() ? output : errors)
                .stream().map(OutputLine::text).toList();
        return all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size());
    }

    synchronized List<String> traces() {
        List<String> traces = new ArrayList<>();
        find(OUT_OF_MEMORY, traces);
        for (OutputLine line : output) {
            String file = fatalErrorFile(line.text());
            if (file != null) {
                traces.add("fatal error file " + file);
                break;
            }
        }
        List<String> last = lastLines();
        if (!last.isEmpty()) {
            traces.add("last output: " + String.join(" | ", last));
        }
        return traces;
    }

    /** Looks back from the name: a pattern for the folders would be tried from every character of a line that a worker made for it. */
    private static @Nullable String fatalErrorFile(String line) {
        Matcher name = FATAL_ERROR_FILE.matcher(line);
        if (!name.find()) {
            return null;
        }
        int start = name.start();
        while (start > 0 && !Character.isWhitespace(line.charAt(start - 1))) {
            start--;
        }
        return line.substring(start, name.end());
    }

    private void find(String mark, List<String> traces) {
        for (Deque<OutputLine> lines : List.of(errors, output)) {
            for (OutputLine line : lines) {
                if (line.text().contains(mark)) {
                    traces.add("out of memory: " + line.text());
                    return;
                }
            }
        }
    }
}
