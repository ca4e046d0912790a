package dev.sallyport.transport.auth;

import dev.sallyport.proto.WireSpec;
import io.netty.buffer.ByteBuf;

/**
 * A frame whose tag verified. Only {@link FrameVerifier} makes one, so code that asks for this type cannot be given unverified
 * bytes. A view: valid as long as the buffer under it, which is until the sink that received the frame returns.
 */
public final class VerifiedFrame {

    private final ByteBuf buffer;
    private final int offset;
    private final int length;

    VerifiedFrame(ByteBuf buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    public int type() {
        return buffer.getUnsignedByte(offset + WireSpec.OFFSET_TYPE);
    }

    public int kind() {
        return buffer.getUnsignedShort(offset + WireSpec.OFFSET_KIND);
    }

    public int schema() {
        return buffer.getUnsignedShort(offset + WireSpec.OFFSET_SCHEMA);
    }

    /** Whether FLAGS and EPOCH are 0. */
    public boolean reservedIsZero() {
        return buffer.getShort(offset + WireSpec.OFFSET_FLAGS) == 0
                && buffer.getInt(offset + WireSpec.OFFSET_EPOCH) == 0;
    }

    /** SEQ, unsigned. */
    public long seq() {
        return buffer.getLong(offset + WireSpec.OFFSET_SEQ);
    }

    /** TIME, unsigned. */
    public long time() {
        return buffer.getLong(offset + WireSpec.OFFSET_TIME);
    }

    /** The buffer that holds the payload at {@link #payloadOffset()}. */
    public ByteBuf buffer() {
        return buffer;
    }

    public int payloadOffset() {
        return offset + WireSpec.OFFSET_PAYLOAD;
    }

    public int payloadLength() {
        return length - WireSpec.OFFSET_PAYLOAD - WireSpec.TAG_BYTES;
    }

    /** A copy of the whole frame, for the transcript. */
    public byte[] copy() {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
