package dev.sallyport.supervisor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A failure of the supervisor: a stable category, and the evidence of every cause, never a secret. */
public final class SupervisorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The stable categories, each in {@code docs/operations.md}. */
    public enum Category {
        /** A file, a secret or a setting is refused; nothing was started. */
        CONFIGURATION,
        /** A worker could not be started, or ended before it was ready. */
        BOOTSTRAP,
        /** A worker refused its bundle or could not build its container. */
        CHILD_BOOTSTRAP,
        /** A worker was not ready in time. */
        READY_TIMEOUT,
        /** A worker ended by itself and is not restarted. */
        WORKER_FAILED,
        /** A worker did not stop in time, and the policy forbids force: it still runs. */
        STOP_TIMEOUT,
        /** A process is still there after SIGKILL. */
        STOP_FAILED,
        /** The transport refused; the message has its code. */
        TRANSPORT_REJECT
    }

    private final Category category;
    private final List<String> causes;

    public SupervisorException(Category category, String message, List<String> causes, @Nullable Throwable cause) {
        super(causes.isEmpty() ? message : message + "\n  " + String.join("\n  ", causes), cause);
        this.category = category;
        this.causes = List.copyOf(causes);
    }

    /** What kind of failure it is; the exit code of {@code sallyport} follows from it. */
    public Category category() {
        return category;
    }

    /** One line for each cause: worker, phase, exit code or signal, last lines of stderr. */
    public List<String> causes() {
        return causes;
    }
}
