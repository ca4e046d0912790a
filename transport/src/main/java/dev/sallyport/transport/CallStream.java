package dev.sallyport.transport;

import org.jspecify.annotations.Nullable;

/**
 * One side's end of a streaming call. Neither side can flood the other: an item is sent only against credit that the receiver gave,
 * and at most {@link #WINDOW} items wait unread. One thread may send while another receives.
 *
 * @param <O> what this side sends
 * @param <I> what this side receives
 */
public interface CallStream<O, I> extends AutoCloseable {

    /** 16 items: enough to keep a loopback busy with small items, and a bounded heap with items of {@code max_payload_bytes}. */
    int WINDOW = 16;

    /**
     * Sends one item; waits while the receiver has given no credit, at most until the call's deadline.
     *
     * @param item must not change until the call has ended
     * @throws CallException when the call has ended, or the item is above the limit of a body ({@link Outcome#TOO_LARGE}, which ends
     *     nothing)
     * @throws IllegalStateException behind {@link #finish}, or for a second item where the method has one
     */
    void send(O item) throws InterruptedException;

    /** Sends no more. Idempotent. A caller that streams requests says this so that the other side sees their end. */
    void finish();

    /**
     * Takes the next item; waits for it, at most until the call's deadline.
     *
     * @return null when the other side has sent its last
     * @throws CallException when the call failed; what arrived before is given first
     */
    @Nullable
    I receive() throws InterruptedException;

    /** Cancels the call at both sides unless it has ended. Idempotent. */
    @Override
    void close();
}
