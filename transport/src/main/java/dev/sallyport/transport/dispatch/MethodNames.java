package dev.sallyport.transport.dispatch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.CharsetUtil;
import org.jspecify.annotations.Nullable;

/**
 * The method names that a peer repeats in every request, decoded once. A name found here costs no allocation and no second
 * look at its UTF-8. The table is small and overwrites: a peer that invents names gains nothing but misses.
 */
final class MethodNames {

    /** With names of at most 128 bytes the table holds about 64 x 128 bytes, twice. */
    private static final int SLOT_BITS = 6;

    /** 2^64 divided by the golden ratio: spreads every bit of the hash into the upper ones. */
    private static final long HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private record Name(ByteBuf utf8, String text) {}

    private final @Nullable Name[] slots = new Name[1 << SLOT_BITS];

    /** The name in this range when it was seen lately, else null. */
    @Nullable
    String find(ByteBuf buffer, int offset, int length) {
        Name name = slots[slot(buffer, offset, length)];
        return name != null
                        && name.utf8.capacity() == length
                        && ByteBufUtil.equals(name.utf8, 0, buffer, offset, length)
                ? name.text
                : null;
    }

    /** Decodes the name in this range, UTF-8 of at most 128 bytes, and keeps it. */
    String decode(ByteBuf buffer, int offset, int length) {
        byte[] utf8 = ByteBufUtil.getBytes(buffer, offset, length);
        String text = new String(utf8, CharsetUtil.UTF_8);
        slots[slot(buffer, offset, length)] = new Name(Unpooled.wrappedBuffer(utf8), text);
        return text;
    }

    /** Names of one service differ at their end. */
    private static int slot(ByteBuf buffer, int offset, int length) {
        int end = offset + length;
        long hash = length;
        if (length >= Long.BYTES) {
            hash += buffer.getLong(end - Long.BYTES);
        } else {
            for (int i = offset; i < end; i++) {
                hash = 31 * hash + buffer.getByte(i);
            }
        }
        return (int) ((hash * HASH_MULTIPLIER) >>> (Long.SIZE - SLOT_BITS));
    }
}
