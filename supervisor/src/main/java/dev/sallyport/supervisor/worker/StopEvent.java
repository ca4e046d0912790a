package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.WorkerExit;

/** What can happen to a worker that matters to its end. */
sealed interface StopEvent {

    /** The supervisor orders a stop, perhaps not for the first time. {@code serving} requests are being served. */
    record Ordered(StopRequest order, int serving) implements StopEvent {}

    /** The worker's own code asks for its end. */
    record Requested() implements StopEvent {}

    /** There is no supervisor to serve any more; the process shall end with {@code exit}. */
    record Forsaken(WorkerExit exit) implements StopEvent {}

    /** The control lane is lost and being connected again. */
    record LaneLost() implements StopEvent {}

    /** The control lane is open again. */
    record LaneRegained() implements StopEvent {}

    /** {@link StopAction.CloseIngress} is done; {@code serving} requests are still being served. */
    record IngressClosed(int serving) implements StopEvent {}

    /** Nothing is being served any more. */
    record Drained() implements StopEvent {}

    /** {@link StopAction.CancelServing} is done. */
    record Cancelled(int abandoned) implements StopEvent {}

    /** {@link StopAction.Flush} is done. {@code complete}: every worker flushed without a failure. */
    record Flushed(boolean complete) implements StopEvent {}

    /** {@link StopAction.CloseContainer} is done. */
    record ContainerClosed() implements StopEvent {}

    /** A moment that {@link WorkerStop#wakeAt} named has come. */
    record Tick() implements StopEvent {}
}
