package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.CharsetUtil;

/**
 * The protobuf wire format, read strictly and without allocation. Numbers are decoded as the protobuf library does: a
 * varint has at most ten bytes, overlong ones are legal, and a 32-bit field keeps the low 32 bits. A length is believed
 * only when that many bytes are there.
 *
 * <p>Every field known to this protocol is a varint or length-delimited, so nothing else is ever skipped: the caller
 * compares whole tags and answers any other with {@link #unknownField()}.
 */
final class WireCursor {

    static final int VARINT = 0;
    static final int LENGTH_DELIMITED = 2;

    private static final int VARINT_MAX_BYTES = 10;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int position;
    private int end;

    /** Starts over on a range of {@code source}; its reader index plays no part. */
    void reset(ByteBuf source, int offset, int length) {
        buffer = source;
        position = offset;
        end = offset + length;
    }

    ByteBuf buffer() {
        return buffer;
    }

    /** The absolute index of the next byte. */
    int position() {
        return position;
    }

    boolean hasMore() {
        return position < end;
    }

    long varint() throws ProtocolViolation {
        byte b = next();
        if (b >= 0) {
            return b;
        }
        long value = b & 0x7F;
        for (int i = 1; i < VARINT_MAX_BYTES; i++) {
            b = next();
            value |= (long) (b & 0x7F) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw broken("a varint of more than 10 bytes");
    }

    /** A tag, {@code int32} or enum: the low 32 bits of a varint. */
    int varint32() throws ProtocolViolation {
        return (int) varint();
    }

    /** An unsigned 32-bit field. */
    long uint32() throws ProtocolViolation {
        return varint() & 0xFFFF_FFFFL;
    }

    boolean bool() throws ProtocolViolation {
        return varint() != 0;
    }

    /** Passes a length-delimited field by. Its content is the {@code n} returned bytes before {@link #position()}. */
    int bytes() throws ProtocolViolation {
        int length = length();
        position += length;
        return length;
    }

    /** As {@link #bytes()}, for a field that must be UTF-8. */
    int text() throws ProtocolViolation {
        int length = bytes();
        requireUtf8(length);
        return length;
    }

    /** Judges the {@code length} bytes before {@link #position()}. */
    void requireUtf8(int length) throws ProtocolViolation {
        if (length != 0 && !ByteBufUtil.isText(buffer, position - length, length, CharsetUtil.UTF_8)) {
            throw broken("a string that is not UTF-8");
        }
    }

    /** The {@code length} bytes before {@link #position()}, which are UTF-8. */
    String decode(int length) {
        return length == 0 ? "" : buffer.toString(position - length, length, CharsetUtil.UTF_8);
    }

    /** Narrows the cursor to the sub-message that follows; give the result to {@link #leave} at its end. */
    int enter() throws ProtocolViolation {
        int length = length();
        int outer = end;
        end = position + length;
        return outer;
    }

    void leave(int outer) {
        end = outer;
    }

    static ProtocolViolation unknownField() {
        return broken("a field that the message does not have, or of another wire type");
    }

    private static ProtocolViolation broken(String detail) {
        return new ProtocolViolation(RejectReason.E_PROTO, detail);
    }

    private int length() throws ProtocolViolation {
        int length = varint32();
        if (length < 0 || length > end - position) {
            throw broken("a length beyond the end of its message");
        }
        return length;
    }

    private byte next() throws ProtocolViolation {
        if (position == end) {
            throw broken("the message ends within a field");
        }
        return buffer.getByte(position++);
    }
}
