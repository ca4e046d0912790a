package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.transport.PeerId;
import java.util.List;

/** What has to be done. Actions of one answer are done in their order. */
public sealed interface Action {

    /** Issue keys and start a process; answered by {@code Spawned} or {@code SpawnFailed}, then at its end {@code Exited}. */
    record Spawn(PeerId worker) implements Action {}

    /** Write the bundle into the child's pipe; answered by {@code BundleWritten} or {@code BundleFailed}. */
    record WriteBundle(PeerId worker) implements Action {}

    /** Send a stop order on the control lane, which is open. */
    record SendStop(PeerId worker, StopRequest order) implements Action {}

    /** SIGTERM, then SIGCONT. */
    record Terminate(PeerId worker) implements Action {}

    /** SIGKILL for the process and its descendants, deepest first. */
    record Kill(PeerId worker) implements Action {}

    /** End what the worker left behind; answered by {@code Swept}. */
    record Sweep(PeerId worker) implements Action {}

    /** Forget its keys and wipe its bundle. */
    record Revoke(PeerId worker) implements Action {}

    /** Let it have calls. */
    record Seat(PeerId worker) implements Action {}

    /** Let it have no new calls. */
    record Unseat(PeerId worker) implements Action {}

    /** Refuse all new calls to this group: it stops. */
    record CloseGroup(String group) implements Action {}

    /** Tell the listener: a worker reached a phase of its start. */
    record PhaseReached(PeerId worker, WorkerPhase phase, long pid, long millis) implements Action {}

    /** Tell the listener: a worker ended without having been asked to. */
    record Lost(PeerId worker, String evidence) implements Action {}

    /** Tell the listener: a worker will be started again. */
    record Restarting(PeerId next, int restartsInWindow, long delayMillis) implements Action {}

    /** Look how many requests it was sent and how much memory it holds; answered by {@code Measured}. */
    record Measure(PeerId worker) implements Action {}

    /** Tell the listener: a healthy worker is being replaced. */
    record Replacing(PeerId worker, PeerId next, String reason) implements Action {}

    /** Tell the listener: a replacement has the place, and the worker before it is gone. */
    record Replaced(PeerId next, StopReport.WorkerStop worker) implements Action {}

    /** Tell the listener: a replacement did not start; {@code retryMillis} is -1 when none is tried again. */
    record ReplacementFailed(PeerId next, String evidence, long retryMillis) implements Action {}

    /** Tell the listener: a group is given up. */
    record GroupFailed(String group, String evidence) implements Action {}

    /** Tell the listener: the one stop event of a group. */
    record GroupStopped(StopReport.GroupStop stop) implements Action {}

    /** Every ordered group has been started. */
    record AllStarted() implements Action {}

    /** Every ordered group is ready. */
    record AllReady() implements Action {}

    /** The start failed and everything is torn down. */
    record StartFailed(SupervisorException.Category category, List<String> causes) implements Action {
        public StartFailed {
            causes = List.copyOf(causes);
        }
    }

    /**
     * Every group has stopped, as far as it could be.
     *
     * @param leftRunning workers left because the policy forbids force
     * @param notEnded processes that force did not end
     */
    record AllStopped(StopReport report, List<String> leftRunning, List<String> notEnded) implements Action {
        public AllStopped {
            leftRunning = List.copyOf(leftRunning);
            notEnded = List.copyOf(notEnded);
        }
    }
}
