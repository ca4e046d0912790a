package dev.sallyport.supervisor.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last lines that a worker printed, and what they tell of its end. Bounded: 200 lines of 500 characters. */
final class OutputRing {

    private static final int MAX_LINES = 200;
    private static final int SHOWN_LINES = 5;

    /** What HotSpot prints to standard output when it ends by a fatal error. */
    private static final Pattern FATAL_ERROR_FILE = Pattern.compile("\\S*hs_err_pid\\d+\\.log");

    private static final String OUT_OF_MEMORY = "java.lang.OutOfMemoryError";

    private final Deque<String> output = new ArrayDeque<>();
    private final Deque<String> errors = new ArrayDeque<>();

    synchronized void output(String line) {
        add(output, line);
    }

    synchronized void error(String line) {
        add(errors, line);
    }

    private static void add(Deque<String> lines, String line) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** The last lines of standard error, oldest first; of standard output, when there are none. */
    synchronized List<String> lastLines() {
        List<String> all = new ArrayList<>(errors.isEmpty() ? output : errors);
        return all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size());
    }

    synchronized List<String> traces() {
        List<String> traces = new ArrayList<>();
        find(OUT_OF_MEMORY, traces);
        for (String line : output) {
            Matcher file = FATAL_ERROR_FILE.matcher(line);
            if (file.find()) {
                traces.add("fatal error file " + file.group());
                break;
            }
        }
        List<String> last = lastLines();
        if (!last.isEmpty()) {
            traces.add("last output: " + String.join(" | ", last));
        }
        return traces;
    }

    private void find(String mark, List<String> traces) {
        for (Deque<String> lines : List.of(errors, output)) {
            for (String line : lines) {
                if (line.contains(mark)) {
                    traces.add("out of memory: " + line);
                    return;
                }
            }
        }
    }
}
