package dev.sallyport.supervisor;

import dev.sallyport.transport.PeerId;
import java.util.List;

/**
 * How every group and worker ended.
 *
 * @param groups in the order in which they stopped
 */
public record StopReport(List<GroupStop> groups) {

    public StopReport {
        groups = List.copyOf(groups);
    }

    /** Whether no worker had to be forced. */
    public boolean isGraceful() {
        return groups.stream().allMatch(group -> group.mode() == Mode.GRACEFUL);
    }

    /** How a group stopped. */
    public enum Mode {
        GRACEFUL,
        FORCED
    }

    /** How a worker ended. */
    public enum End {
        /** It acknowledged STOPPED and exited with 0. */
        CLEAN,
        /** It exited with another code. */
        EXITED,
        /** A signal that the supervisor did not send ended it. */
        CRASHED,
        /** The supervisor ended it by signals. */
        KILLED,
        /** It had ended before the stop. */
        ALREADY_EXITED,
        /** It did not stop in time, and the policy forbids force: it still runs. */
        LEFT_RUNNING,
        /** It is still there after SIGKILL. */
        UNKILLABLE
    }

    /** How far the worker got: what of the stop was sent to it, then what it acknowledged (docs/protocol.md, section 8). */
    public enum Phase {
        /** It was gone, or had no control lane, before the order. */
        NOT_SENT,
        /** It has not answered the order. */
        SENT,
        ACCEPTED,
        /** It takes no new calls. */
        INGRESS_CLOSED,
        /** Its calls in flight have ended. */
        DRAINED,
        /** Every {@link Worker#flush} has returned. */
        FLUSHED,
        /** It is about to exit. */
        STOPPED,
        /** It does not stop by order, and is forced at once. */
        REFUSED
    }

    /**
     * The one stop event of a group (STOP-IPC-03).
     *
     * @param name the group
     * @param mode {@code FORCED} when one worker or more had to be
     * @param millis from the order to the last process reaped
     */
    public record GroupStop(String name, Mode mode, long millis, List<WorkerStop> workers) {
        public GroupStop {
            workers = List.copyOf(workers);
        }
    }

    /**
     * The record of one worker.
     *
     * @param pid its process id; 0 in inline mode
     * @param code the signal for {@code CRASHED} and {@code KILLED}, otherwise the exit status, 128 + n for signal n; 0 while it runs, and when
     *     it never ran
     * @param phase the last phase it acknowledged
     * @param millis from the order to its end; 0 when it was not ordered to stop
     * @param completed calls that finished while it drained
     * @param abandoned calls that did not
     * @param survivors processes that it left and that could not be ended, as {@code pid command}; in inline mode its threads, in words
     */
    public record WorkerStop(
            PeerId worker,
            long pid,
            End end,
            int code,
            Phase phase,
            long millis,
            int completed,
            int abandoned,
            List<String> survivors) {
        public WorkerStop {
            survivors = List.copyOf(survivors);
        }
    }
}
