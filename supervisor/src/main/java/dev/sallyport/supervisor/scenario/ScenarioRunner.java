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
 * One run of a scenario. {@link #run} is called once, by one thread, which blocks while it reads and writes; {@link #abort}
 * may be called by any thread at any time, also before the run.
 */
public final class ScenarioRunner {

    private final Scenario scenario;
    private final RunOptions options;
    private final Consumer<MalformedLine> onMalformed;

    /** What other threads bring to the running one; as many as there are calls under way, and the aborts. */
    private final BlockingQueue<Consumer<Pipeline<?>>> events = new LinkedBlockingQueue<>();

    /** @param onMalformed told of each line that is left out, in order, by the running thread */
    public ScenarioRunner(Scenario scenario, RunOptions options, Consumer<MalformedLine> onMalformed) {
        this.scenario = scenario;
        this.options = options;
        this.onMalformed = onMalformed;
    }

    /**
     * Streams all lines of {@code in} through the groups and writes the answers to {@code out}, in input order. Both stay
     * the caller's to close. Calls may still be under way when this throws.
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
            new Pipeline<>(stages, options, new Intake(in, options), window, events).run();
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
