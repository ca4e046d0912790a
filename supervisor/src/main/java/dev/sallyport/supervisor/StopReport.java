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
        /** It is still there. */
        UNKILLABLE
    }

    /** How far the worker got. */
    public enum Phase {
        NOT_SENT,
        SENT,
        ACCEPTED,
        INGRESS_CLOSED,
        DRAINED,
        FLUSHED,
        STOPPED,
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
     * @param code the exit code for {@code EXITED}, the signal for {@code CRASHED} and {@code KILLED}, otherwise 0
     * @param phase the last phase it acknowledged
     * @param completed calls that finished while it drained
     * @param abandoned calls that did not
     * @param survivors processes that it left and that could not be ended, as {@code pid command}
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
