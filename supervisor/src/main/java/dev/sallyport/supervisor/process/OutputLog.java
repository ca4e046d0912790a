package dev.sallyport.supervisor.process;

import dev.sallyport.transport.PeerId;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One output of one worker in the supervisor's log. A worker that prints without end fills neither the log nor a processor. */
final class OutputLog {

    private static final int LINES_PER_SECOND = 500;

    private final Logger log;
    private final PeerId worker;
    private final String name;
    private final OutputLogs logs;
    private long second = Long.MIN_VALUE;
    private int lines;

    OutputLog(PeerId worker, String name, OutputLogs logs) {
        this.log = LoggerFactory.getLogger("dev.sallyport.worker." + worker.group());
        this.worker = worker;
        this.name = name;
        this.logs = logs;
    }

    /** The output's name, a dash and the worker's. */
    String name() {
        return name + "-" + worker;
    }

    void line(String text, long nanoTime) {
        long now = TimeUnit.NANOSECONDS.toSeconds(nanoTime);
        if (now != second) {
            int left = lines - LINES_PER_SECOND;
            if (left > 0) {
                logs.add(() -> log.warn("{} {}: {} lines not logged", worker, name, left));
            }
            second = now;
            lines = 0;
        }
        lines++;
        if (lines <= LINES_PER_SECOND) {
            logs.add(() -> log.info("{} {}: {}", worker, name, text));
        }
    }
}
