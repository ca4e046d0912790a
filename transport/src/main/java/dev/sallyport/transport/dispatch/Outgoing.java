package dev.sallyport.transport.dispatch;

import io.netty.buffer.ByteBuf;

/** One message on its way out, in the order in which it was given. Written on the event loop. */
interface Outgoing {

    /** Runs on the event loop when the message is taken from the threads that gave it; false: it is not to be written. */
    boolean enter();

    /** The bytes that {@link #write} will put, at most, or 0 when it need not be written any more. */
    int prepare(long nowNanos);

    /** Writes the message. */
    void write(ByteBuf out);

    /** {@link #prepare} or {@link #write} threw, and nothing was written: a codec broke its contract. */
    void unwritable(RuntimeException cause);

    /** The session ended before the message was written. Runs once, on any thread. */
    void abandoned();
}
