package dev.sallyport.transport;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.WorkerStatus;

/** A worker's authenticated control lane: the first half of a connection, for programs that report their own phases. */
public interface ControlLink extends AutoCloseable {

    /** The identity that the credential gave. */
    PeerId peer();

    /** Reports a phase. What is not written because the lane is down is reported again when it is regained. */
    void report(WorkerStatus status);

    /** Acknowledges a phase of a stop. */
    void acknowledge(StopAck ack);

    /**
     * Opens the data lane. The server sends requests only after {@link WorkerStatus.Phase#READY} was reported.
     *
     * @throws RejectedException when the lane does not open before the credential's connect deadline
     */
    Connection openData(Routes routes);

    /** Takes no new calls: requests of the peer end with {@link Outcome#DRAINING}. Those in flight go on. */
    void closeIngress();

    /** Says goodbye with {@link RejectReason#OK_STOP} on both lanes, waits until it is written (at most 1 s), and closes them. */
    @Override
    void close();
}
