package dev.sallyport.supervisor.process;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The process of one worker and what it started. The methods that signal may take some milliseconds. */
public interface WorkerProcess {

    long pid();

    /** The child's standard input: the bundle goes through it, and then it is the lifeline. Never closed before the process ends. */
    OutputStream lifeline();

    /** Completes with the exit status when the process has ended and was reaped, 128 + n for signal n; never exceptionally. */
    CompletableFuture<Integer> exited();

    /** Its resident memory now, in bytes, without what it started; 0 when that is not known. */
    long residentBytes();

    /** SIGTERM to the worker, then SIGCONT to its process group, so that a stopped one hears it. */
    void terminate();

    /** SIGKILL to its descendants, deepest first, and to the worker. */
    void kill();

    /**
     * Ends what an ended worker left behind. Waits at most {@code limit}.
     *
     * @return what is still there, as {@code pid command}, or in words where it has no process of its own
     */
    List<String> sweep(Duration limit);

    /** The last lines that it printed, oldest first; none for a worker whose output is not its own. */
    default List<OutputLine> output() {
        return List.of();
    }

    /** Lines for a post-mortem: fatal-error files, signs of exhausted memory, the last output. */
    List<String> traces();
}
