package dev.sallyport.supervisor.lifecycle;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import java.util.List;

/** What happens to one incarnation of a worker. */
public sealed interface WorkerEvent {

    /** Its process exists. */
    record Spawned(long pid) implements WorkerEvent {}

    /** Its process could not be started, or its keys not be issued. */
    record SpawnFailed(String detail) implements WorkerEvent {}

    /** Its whole bundle is in the pipe. */
    record BundleWritten() implements WorkerEvent {}

    /** Its bundle did not get into the pipe. */
    record BundleFailed(String detail) implements WorkerEvent {}

    record LaneOpened(Lane lane) implements WorkerEvent {}

    /** A lane that was open is gone; {@code E_SUPERSEDED} means that a newer session of it is open. */
    record LaneClosed(Lane lane, RejectReason reason) implements WorkerEvent {}

    record Reported(WorkerStatus status) implements WorkerEvent {}

    record Acknowledged(StopAck ack) implements WorkerEvent {}

    record HeartbeatAnswered() implements WorkerEvent {}

    /**
     * It was measured.
     *
     * @param requests what it was sent since it is ready
     * @param residentBytes its memory; 0 when that is not known
     */
    record Measured(long requests, long residentBytes) implements WorkerEvent {}

    /**
     * Its process has ended and was reaped.
     *
     * @param status the exit code; 128 + n when signal n ended it
     * @param callsInFlight calls to it that had no answer yet
     */
    record Exited(int status, int callsInFlight) implements WorkerEvent {}

    /**
     * What it left behind was ended.
     *
     * @param survivors what could not be, as {@code WorkerStop.survivors}
     * @param evidence lines for the post-mortem: fatal-error files, the last output
     */
    record Swept(List<String> survivors, List<String> evidence) implements WorkerEvent {
        public Swept {
            survivors = List.copyOf(survivors);
            evidence = List.copyOf(evidence);
        }
    }

    /** Whoever waits for it to be ready waits no longer. */
    record Overdue() implements WorkerEvent {}

    /** It has to stop. */
    record Stop(StopPolicy policy) implements WorkerEvent {}

    /** Time has passed. */
    record Tick() implements WorkerEvent {}
}
