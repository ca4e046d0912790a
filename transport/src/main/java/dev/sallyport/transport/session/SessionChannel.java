package dev.sallyport.transport.session;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;

/**
 * The open session that a lane's traffic writes to. All methods but {@link #execute} belong to its event loop. Extends
 * {@link Executor}: a task given from any thread runs on the event loop, in order; after the event loop has ended it is rejected.
 */
public interface SessionChannel extends Executor {

    /** Whether frames written now leave soon; when not, wait for {@link LaneTraffic#writabilityChanged}. */
    boolean isWritable();

    /**
     * Begins a frame. Write its payload at the writer index of the buffer, then call {@link #end}.
     *
     * @param payloadBytes how much will be written, as far as known
     * @return the outgoing buffer, owned by the channel
     */
    ByteBuf begin(int payloadBytes);

    /** Completes, stamps and signs the frame. It leaves with the next {@link #flush} at the latest. */
    void end(Kind kind);

    /** Sends what was written. */
    void flush();

    /** Stops or resumes taking bytes from the peer. */
    void pauseReading(boolean pause);

    /** Runs {@code task} on the event loop in {@code millis} milliseconds, unless the session has ended by then. */
    void schedule(Runnable task, long millis);

    /** The monotonic clock of this session. */
    long nanoTime();
}
