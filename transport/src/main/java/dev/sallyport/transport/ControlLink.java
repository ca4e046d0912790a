package dev.sallyport.transport;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import java.util.concurrent.CompletableFuture;

/** A worker's authenticated control lane: the first half of a connection, for programs that report their own phases. Safe for use by many threads. */
public interface ControlLink extends AutoCloseable {

    /** The identity that the credential gave. */
    PeerId peer();

    /**
     * Reports a phase. What is not written because the lane is down is reported again when it is regained. Of the names of methods
     * those are sent that fit into a control frame of 1024 bytes.
     *
     * @throws IllegalArgumentException when the server would refuse it: no phase, a category or detail above 256 bytes of UTF-8, or a
     *     method name that is none
     */
    void report(WorkerStatus status);

    /**
     * Acknowledges a phase of a stop.
     *
     * @throws IllegalArgumentException when the server would refuse it: no phase, or a stop id that is not 16 bytes
     */
    void acknowledge(StopAck ack);

    /**
     * Opens the data lane, once. The server sends requests only after {@link WorkerStatus.Phase#READY} was reported. When the lane is
     * lost and not regained within the reconnect limit, the control lane ends too: {@link Listener#ended}.
     *
     * @throws IllegalStateException when it was called before, and on an event loop of the transport
     * @throws RejectedException when the lane does not open before the credential's connect deadline, and at once when this link is closed
     */
    Connection openData(Routes routes);

    /** Takes no new calls: requests of the peer end with {@link Outcome#DRAINING}. Those in flight go on. A data lane that is opened later takes none. Idempotent. */
    void closeIngress();

    /** Requests of the peer that were accepted and not yet answered, queued ones included; 0 before the data lane was opened. */
    int serving();

    /**
     * Completes once the ingress is closed and nothing is being served any more; never exceptionally. Answers that were given are
     * handed to the socket by then, so a peer that takes none delays it, and {@link #close} sends them. It completes on a thread of the transport: hand the event on.
     */
    CompletableFuture<Void> drained();

    /**
     * Gives up what is being served: each request ends at its caller with {@link Outcome#CANCELLED}, and its handler is told through
     * {@link CallContext}. A handler that does not listen goes on, and what it answers is dropped.
     *
     * @return how many requests were given up; afterwards {@link #serving} is 0
     */
    int cancelServing();

    /**
     * Says goodbye with {@link RejectReason#OK_STOP} on both lanes, waits until it is written (at most 1 s; not on an event loop of the
     * transport), and closes them.
     */
    @Override
    void close();

    /** What a worker hears on its control lane. Called on the control event loop: return at once. */
    interface Listener {

        /** A listener that hears nothing. */
        Listener NONE = new Listener() {};

        /** The server orders a stop; answer with {@link ControlLink#acknowledge}. The same order may come twice. */
        default void stopOrdered(StopRequest order) {}

        /** The control lane was lost and is being connected again; {@link #regained} or {@link #ended} follows. */
        default void lost(RejectReason reason) {}

        /** The control lane is open again, with new keys. */
        default void regained() {}

        /** The control lane is gone for good: said goodbye, superseded, revoked, or it or the data lane was not regained in time. */
        default void ended(RejectReason reason) {}
    }
}
