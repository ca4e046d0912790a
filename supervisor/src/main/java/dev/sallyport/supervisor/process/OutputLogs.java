package dev.sallyport.supervisor.process;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what all workers of a launcher print to the log, on one thread: an appender that blocks or fails costs lines in the log, and
 * never a worker, whose pipe is read on. Lines that find no room are dropped and counted.
 */
final class OutputLogs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutputLogs.class);

    /** Two seconds of one worker that prints as much as {@link OutputLog} lets through, or a burst of many; below 1 MiB of usual lines. */
    private static final int WAITING_MAX = 2_000;

    private static final long LAST_LINES_MILLIS = 1_000;

    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::run, "sallyport-output-log");
    private volatile boolean closed;

    private OutputLogs() {
        thread.setDaemon(true);
    }

    static OutputLogs start() {
        OutputLogs logs = new OutputLogs();
        logs.thread.start();
        return logs;
    }

    /** Hands one line over to be logged. Never waits, never fails. */
    void add(Runnable line) {
        if (!waiting.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        while (!closed || !waiting.isEmpty()) {
            try {
                log(waiting.take());
            } catch (InterruptedException e) {
                // closed: what waits is logged, and that was all
            }
        }
    }

    private void log(Runnable line) {
        try {
            long lost = dropped.getAndSet(0);
            if (lost > 0) {
                LOG.warn("{} lines of workers were not logged: the log is too slow", lost);
            }
            line.run();
        } catch (RuntimeException | Error e) {
            // an appender's defect; the line is in the worker's ring
            dropped.incrementAndGet();
        }
    }

    /** Waits until what was printed before is logged, but at most 1 s. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(LAST_LINES_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
