package dev.sallyport.transport;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An authenticated peer, ready for calls. Safe for use by many threads.
 *
 * <p>A future returned here completes exactly once, at the latest at its deadline, and fails only with
 * {@link CallException}. {@code get} and {@code join} wake the waiting thread directly; dependent stages run on the
 * callback executor, never on an event loop (unless {@link TransportConfig#directCallbacks()} asks for it). Cancelling the
 * future, or completing it in any other way before the call has ended ({@code orTimeout} too), cancels the call at the peer.
 */
public interface Connection extends AutoCloseable {

    /** Who is at the other end. */
    PeerId peer();

    /** Calls {@code method} at the peer. */
    default <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        return call(method, request, deadline, Map.of());
    }

    /**
     * Calls {@code method} at the peer.
     *
     * @param request must not change until the call has ended
     * @param metadata copied, and sent with the request: at most 64 entries, which must fit into {@code max_payload_bytes} together with the
     *     request; otherwise the call ends with {@link Outcome#TOO_LARGE}. The largest body leaves room for about 800 bytes
     */
    <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata);

    /**
     * Sends a request that gets no answer.
     *
     * @return completes when the request is written to the session; that says nothing of the peer
     */
    default <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request) {
        return send(method, request, Map.of());
    }

    /**
     * Sends a request that gets no answer.
     *
     * @param metadata as for a call
     * @return completes when the request is written to the session; that says nothing of the peer
     */
    <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request, Map<String, String> metadata);

    /**
     * Opens a streaming call. A method with one request sends it with the first {@link CallStream#send}.
     *
     * @param deadline bounds the call as a whole, from now on
     * @throws IllegalArgumentException for a unary method
     * @throws CallException when the call cannot be made now
     */
    default <Q, R> CallStream<Q, R> open(MethodDescriptor<Q, R> method, Deadline deadline) {
        return open(method, deadline, Map.of());
    }

    /**
     * Opens a streaming call. A method with one request sends it with the first {@link CallStream#send}.
     *
     * @param deadline bounds the call as a whole, from now on
     * @param metadata sent with the request that opens the call, and as for a call
     * @throws IllegalArgumentException for a unary method
     * @throws CallException when the call cannot be made now, or its metadata do not fit
     */
    <Q, R> CallStream<Q, R> open(MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> metadata);

    /** Whether a call made now could be written: the peer is connected and not draining. */
    boolean isOpen();

    /** Calls in flight from this side. */
    int inFlight();

    /** Completes when the connection has ended for good, with its reason; never exceptionally. */
    CompletableFuture<RejectReason> closed();

    /** Says goodbye ({@link RejectReason#OK_CLOSE}) and ends every call in flight. Idempotent; does not wait. */
    @Override
    void close();
}
