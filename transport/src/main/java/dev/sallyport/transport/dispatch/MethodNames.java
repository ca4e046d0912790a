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

    /** A power of two. With names of at most 128 bytes the table holds about 64 x 128 bytes, twice. */
    private static final int SLOTS = 64;

    private record Name(ByteBuf utf8, String text) {}

    private final @Nullable Name[] slots = new Name[SLOTS];

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
        int hash = length;
        for (int i = Math.max(0, length - 8); i < length; i++) {
            hash = 31 * hash + buffer.getByte(offset + i);
        }
        return (hash ^ hash >>> 6) & SLOTS - 1;
    }
}
