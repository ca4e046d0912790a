package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.scenario.LineReader.Line;
import dev.sallyport.supervisor.scenario.RunException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Reads the input on a thread of its own, cuts it into batches that one call may take, and hands them to the running thread, so that
 * this one waits for nothing but events. Bounded: it reads no further while {@link #BATCHES} of its batches are not taken.
 */
final class InputReader {

    /** Enough that the next batch is there when the window has room. */
    static final int BATCHES = 4;

    private final LineReader in;
    private final RunOptions options;
    private final BlockingQueue<Consumer<Pipeline<?>>> events;
    private final Semaphore room = new Semaphore(BATCHES);
    private final Thread thread = new Thread(this::read, "sallyport-input");

    // of the reading thread
    private List<Line> batch = new ArrayList<>();
    private int bytes;

    /** @param events takes each batch, in order, and then the end of the input or what went wrong */
    InputReader(InputStream in, RunOptions options, BlockingQueue<Consumer<Pipeline<?>>> events) {
        this.in = new LineReader(in, options.maxLineBytes(), this::handOver);
        this.options = options;
        this.events = events;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** A batch was taken: there is room for one more. */
    void taken() {
        room.release();
    }

    /** Nothing more is wanted. A thread that hangs in reading stays there until its input is closed. */
    void stop() {
        thread.interrupt();
    }

    private void read() {
        try {
            for (Line line = in.next(); line != null; line = in.next()) {
                add(line);
            }
            handOver();
            events.add(Pipeline::inputEnded);
        } catch (IOException | RuntimeException e) {
            RunException cause =
                    new RunException(Category.INPUT_FAILED, "the input cannot be read: " + e.getMessage(), e);
            events.add(pipeline -> pipeline.fail(cause));
        } catch (InterruptedException e) {
            // stopped: nobody waits for the rest
        }
    }

    private void add(Line line) throws InterruptedException {
        if (batch.size() == options.batchRecords() || bytes + line.batchBytes() > options.batchBytes()) {
            handOver();
        }
        batch.add(line);
        bytes += line.batchBytes();
    }

    /** What there is leaves, also before the input makes it wait for more. */
    private void handOver() throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        room.acquire();
        List<Line> full = batch;
        batch = new ArrayList<>();
        bytes = 0;
        events.add(pipeline -> pipeline.arrived(full));
    }
}
