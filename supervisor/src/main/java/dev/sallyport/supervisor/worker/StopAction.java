package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.supervisor.WorkerExit;

/** What {@link WorkerStop} wants done. Times are those of {@link System#nanoTime()}. */
sealed interface StopAction {

    /** Take no new calls, then tell {@link StopEvent.IngressClosed}, and {@link StopEvent.Drained} when nothing is served any more. */
    record CloseIngress(long deadline) implements StopAction {}

    /** Give up what is being served, then tell {@link StopEvent.Cancelled}. */
    record CancelServing() implements StopAction {}

    /** Flush every worker by the deadline, away from the calling thread, then tell {@link StopEvent.Flushed}. */
    record Flush(long deadline) implements StopAction {}

    /** Close the container, away from the calling thread, then tell {@link StopEvent.ContainerClosed}. */
    record CloseContainer() implements StopAction {}

    /** Send this. */
    record Acknowledge(StopAck ack) implements StopAction {}

    /** Say goodbye and end. Nothing follows. */
    record End(WorkerExit exit) implements StopAction {}
}
