package dev.sallyport.transport.session;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;

/** What one lane does with the frames of its session. Every method runs on the session's event loop. */
public interface LaneTraffic {

    /** The session is open: READY was sent (supervisor) or verified (worker). */
    void opened(SessionChannel channel);

    /**
     * Takes the payload of an accepted frame.
     *
     * @param buffer holds the payload at {@code offset}; valid during this call only
     */
    void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation;

    /** All bytes that were received at once have been handled: write what they caused. */
    void readComplete();

    /** {@link SessionChannel#isWritable} has changed. */
    void writabilityChanged();

    /** The session has ended; nothing follows. */
    void closed(RejectReason reason);
}
