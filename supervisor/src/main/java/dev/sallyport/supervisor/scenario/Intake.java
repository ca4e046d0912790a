package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.scenario.LineReader.Line;
import dev.sallyport.supervisor.scenario.RunException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts the input into batches that one call may take. */
final class Intake {

    private final LineReader in;
    private final RunOptions options;
    private @Nullable Line held;

    Intake(InputStream in, RunOptions options) {
        this.in = new LineReader(in, options.maxLineBytes());
        this.options = options;
    }

    /** The next lines; none at the end of the input. */
    List<Line> next() throws RunException {
        List<Line> batch = new ArrayList<>();
        int bytes = 0;
        while (batch.size() < options.batchRecords()) {
            Line line = held != null ? held : read();
            held = line;
            if (line == null || bytes + line.batchBytes() > options.batchBytes()) {
                break;
            }
            bytes += line.batchBytes();
            batch.add(line);
            held = null;
        }
        return batch;
    }

    private @Nullable Line read() throws RunException {
        try {
            return in.next();
        } catch (IOException e) {
            throw new RunException(Category.INPUT_FAILED, "the input cannot be read: " + e.getMessage(), e);
        }
    }
}
