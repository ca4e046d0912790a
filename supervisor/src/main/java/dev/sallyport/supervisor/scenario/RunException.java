package dev.sallyport.supervisor.scenario;

import dev.sallyport.supervisor.process.Printable;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Outcome;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A run that ended early. The output holds whole lines, all of them right, up to where it ended; only after {@code OUTPUT_FAILED}
 * the last one may be cut.
 */
public final class RunException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The stable categories, each with its exit code in {@code docs/operations.md}. */
    public enum Category {
        /** A line is not a record, and such lines are not skipped. */
        MALFORMED_LINE,
        /** A worker is gone, and its state with it. */
        WORKER_LOST,
        /** A call ended with another outcome than a reply. */
        CALL_FAILED,
        /** The input could not be read. */
        INPUT_FAILED,
        /** The output could not be written. */
        OUTPUT_FAILED,
        /** The program asked for the end. */
        ABORTED
    }

    private final Category category;
    private final transient @Nullable RunReport report;

    RunException(Category category, String message, @Nullable Throwable cause) {
        this(category, message, cause, null);
    }

    private RunException(Category category, String message, @Nullable Throwable cause, @Nullable RunReport report) {
        super(message, cause);
        this.category = category;
        this.report = report;
    }

    /** The end of a run by a call that has no reply. */
    static RunException callFailed(String stage, List<Entry> lines, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean lost = cause instanceof CallException call && call.outcome() == Outcome.WORKER_LOST;
        // the text of an error is the worker's
        String evidence = Printable.text(
                cause instanceof CallException ? String.valueOf(cause.getMessage()) : String.valueOf(cause));
        return lost
                ? new RunException(
                        Category.WORKER_LOST,
                        where(stage, lines) + ": " + evidence + "; its state is lost with it: start the run again",
                        cause)
                : new RunException(Category.CALL_FAILED, where(stage, lines) + ": " + evidence, cause);
    }

    /** The end of a run by a reply that does not answer every line. */
    static RunException answersMissing(String stage, List<Entry> lines, int answers) {
        return new RunException(
                Category.CALL_FAILED,
                where(stage, lines) + ": " + answers + " answers to " + lines.size() + " lines",
                null);
    }

    private static String where(String stage, List<Entry> lines) {
        return "stage " + stage + " of lines " + lines.get(0).line() + " to "
                + lines.get(lines.size() - 1).line();
    }

    RunException with(RunReport done) {
        return new RunException(category, String.valueOf(getMessage()), getCause(), done);
    }

    public Category category() {
        return category;
    }

    /** What the run did until it ended. */
    public RunReport report() {
        return report == null ? new RunReport(0, 0, 0, 0) : report;
    }
}
