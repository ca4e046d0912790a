package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.scenario.RunException.Category;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One run of a scenario. {@link #run} is called once, by one thread, which blocks while it waits and writes; {@link #abort}
 * may be called by any thread at any time, also before the run.
 */
public final class ScenarioRunner {

    private final Scenario scenario;
    private final RunOptions options;
    private final Consumer<MalformedLine> onMalformed;

    /** What other threads bring to the running one: replies to the calls under way, a few batches of lines, and the aborts. */
    private final BlockingQueue<Consumer<Pipeline<?>>> events = new LinkedBlockingQueue<>();

    /** @param onMalformed told of each line that is left out, in order, by the running thread */
    public ScenarioRunner(Scenario scenario, RunOptions options, Consumer<MalformedLine> onMalformed) {
        this.scenario = scenario;
        this.options = options;
        this.onMalformed = onMalformed;
    }

    /**
     * Streams all lines of {@code in} through the groups and writes the answers to {@code out}, in input order. Both stay
     * the caller's to close. Lines leave as soon as the input has no more at once, and their answers are written when no other is
     * awaited, so that a pipe may wait for answers. Calls may still be under way, and the input be read from, when this throws.
     *
     * @param group finds a ready group by its name
     */
    public RunReport run(Function<String, WorkerGroup> group, InputStream in, OutputStream out) throws RunException {
        return run(scenario.open(group), in, out);
    }

    /**
     * Ends the run, or the run to come, with this failure. For what no call shows: a worker that was lost while it was idle
     * has lost its state all the same.
     */
    public void abort(Category category, String evidence) {
        RunException cause = new RunException(category, evidence, null);
        events.add(pipeline -> pipeline.fail(cause));
    }

    private <R> RunReport run(Stages<R> stages, InputStream in, OutputStream out) throws RunException {
        Window window = new Window(options, new LineWriter(out), onMalformed);
        try {
            new Pipeline<>(stages, options, new InputReader(in, options, events), window, events).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ended(window, new RunException(Category.ABORTED, "the run was interrupted", e));
        } catch (RunException e) {
            throw ended(window, e);
        }
        window.flush();
        return window.report();
    }

    /** Writes out what is settled. */
    private static RunException ended(Window window, RunException cause) {
        try {
            window.flush();
        } catch (RunException e) {
            cause.addSuppressed(e);
        }
        return cause.with(window.report());
    }
}
