package dev.sallyport.transport.loopback;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Established;
import dev.sallyport.transport.session.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Collects the outgoing frames of one session and hands them to the channel in batches. Confined to the event loop. */
final class FrameWriter {

    /** Outgoing frames are handed to the channel at this many bytes at the latest. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final int BATCH_MIN_BYTES = 512;
    private static final int FRAME_OVERHEAD = WireSpec.OFFSET_PAYLOAD + WireSpec.TAG_BYTES;

    private final Channel channel;
    private final Established established;
    private @Nullable ByteBuf out;
    private int frameStart;
    private boolean midFrame;
    private int lastBatch = BATCH_MIN_BYTES;

    /** Held beside the channel until the flush is over; only its own when the channel has written it. */
    private @Nullable ByteBuf lastSent;

    FrameWriter(Channel channel, Established established) {
        this.channel = channel;
        this.established = established;
    }

    /** See {@code SessionChannel.begin}. */
    ByteBuf begin(int payloadBytes) {
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = reserve(Math.max(lastBatch, payloadBytes + FRAME_OVERHEAD));
            out = buffer;
        }
        cut(buffer);
        frameStart = buffer.writerIndex();
        midFrame = true;
        FrameEncoder.begin(buffer);
        return buffer;
    }

    /** What left in this flush and is written already is used again, while it is still in the processor's cache. */
    private ByteBuf reserve(int bytes) {
        ByteBuf sent = lastSent;
        lastSent = null;
        if (sent != null) {
            if (sent.refCnt() == 1 && sent.capacity() >= bytes) {
                return sent.clear();
            }
            sent.release();
        }
        return channel.alloc().ioBuffer(bytes);
    }

    /**
     * Stamps and signs the frame that was begun.
     *
     * @throws ProtocolViolation when the session has no SEQ left; the frame is gone
     */
    void end(Kind kind, long nowNanos) throws ProtocolViolation {
        ByteBuf buffer = out;
        if (buffer == null) {
            throw new IllegalStateException("no frame was begun");
        }
        var session = established.session();
        long seq;
        try {
            seq = session.nextSeq(kind);
        } catch (ProtocolViolation exhausted) {
            cut(buffer);
            throw exhausted;
        }
        established
                .outbound()
                .seal(buffer, frameStart, kind.type(), kind.number(), session.schema(), seq, session.time(nowNanos));
        midFrame = false;
        if (buffer.readableBytes() >= BATCH_BYTES) {
            send();
        }
    }

    /** Hands to the channel what is left, and holds nothing any more. */
    void flush() {
        send();
        letGo();
    }

    private void send() {
        ByteBuf buffer = take();
        if (buffer != null) {
            lastBatch = Math.min(BATCH_BYTES, Math.max(BATCH_MIN_BYTES, buffer.readableBytes() + BATCH_MIN_BYTES / 2));
            if (buffer.capacity() >= BATCH_BYTES) {
                letGo();
                lastSent = buffer.retain();
            }
            channel.writeAndFlush(buffer, channel.voidPromise());
        }
    }

    private void letGo() {
        if (lastSent != null) {
            lastSent.release();
            lastSent = null;
        }
    }

    /** The end: what was not handed to the channel yet, the caller's to release. */
    @Nullable
    ByteBuf last() {
        letGo();
        return take();
    }

    private @Nullable ByteBuf take() {
        ByteBuf buffer = out;
        out = null;
        if (buffer != null) {
            cut(buffer);
        }
        return buffer;
    }

    /** A frame that was begun and not completed, because its payload failed, is not sent. */
    private void cut(ByteBuf buffer) {
        if (midFrame) {
            buffer.writerIndex(frameStart);
            midFrame = false;
        }
    }

    /** Forgets what was not handed to the channel yet. */
    void drop() {
        ByteBuf buffer = take();
        if (buffer != null) {
            buffer.release();
        }
    }
}
