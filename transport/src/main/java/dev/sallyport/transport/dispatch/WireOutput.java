package dev.sallyport.transport.dispatch;

import com.google.protobuf.CodedOutputStream;
import dev.sallyport.transport.Codec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Fields in the protobuf wire format: the size of each, and the writing of each. As in proto3, a field at its default has
 * size 0 and is not written. Targets have room for what is written: {@link CallsWriter} makes it, once for each message.
 */
final class WireOutput {

    /** Every tag of this protocol takes one byte. */
    static final int TAG_SIZE = 1;

    private WireOutput() {}

    /** @param value 32 bits, unsigned */
    static int numberSize(long value) {
        return value == 0 ? 0 : TAG_SIZE + varintSize(value);
    }

    static void putNumber(ByteBuf out, int tag, long value) {
        if (value != 0) {
            out.writeByte(tag);
            putVarint(out, value);
        }
    }

    static int flagSize(boolean value) {
        return value ? TAG_SIZE + 1 : 0;
    }

    static void putFlag(ByteBuf out, int tag, boolean value) {
        if (value) {
            out.writeByte(tag);
            out.writeByte(1);
        }
    }

    static int bytesSize(int length) {
        return length == 0 ? 0 : delimitedSize(length);
    }

    static void putBytes(ByteBuf out, int tag, byte[] bytes) {
        if (bytes.length != 0) {
            putDelimiter(out, tag, bytes.length);
            out.writeBytes(bytes);
        }
    }

    static int textSize(String text) {
        return bytesSize(ByteBufUtil.utf8Bytes(text));
    }

    static void putText(ByteBuf out, int tag, String text) {
        if (!text.isEmpty()) {
            putDelimitedText(out, tag, text, ByteBufUtil.utf8Bytes(text));
        }
    }

    static int metadataSize(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return 0;
        }
        int size = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            size += delimitedSize(entrySize(entry));
        }
        return size;
    }

    static void putMetadata(ByteBuf out, int tag, Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return;
        }
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            putDelimiter(out, tag, entrySize(entry));
            String key = entry.getKey();
            putDelimitedText(out, CallFields.ENTRY_KEY, key, ByteBufUtil.utf8Bytes(key));
            String value = entry.getValue();
            putDelimitedText(out, CallFields.ENTRY_VALUE, value, ByteBufUtil.utf8Bytes(value));
        }
    }

    /** The size of a sub-message, which is written even when it is empty. */
    static int delimitedSize(int length) {
        return TAG_SIZE + varintSize(length) + length;
    }

    static void putDelimiter(ByteBuf out, int tag, int length) {
        out.writeByte(tag);
        putVarint(out, length);
    }

    static int varintSize(long value) {
        return CodedOutputStream.computeUInt64SizeNoTag(value);
    }

    static void putVarint(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    /**
     * Lets the codec put its value to an absolute index, ahead of the writer index, which does not move. The codec sees a
     * window of exactly the size it announced, and nothing around it. Raw bytes need no window.
     *
     * @throws IllegalStateException when the codec puts more or fewer bytes than it announced
     */
    static <T> void place(ByteBuf out, int index, Codec<T> codec, T value, int size) {
        if (codec == Codec.bytes() && value instanceof byte[] bytes && bytes.length == size) {
            out.setBytes(index, bytes);
            return;
        }
        ByteBuffer window = out.internalNioBuffer(index, size).slice();
        try {
            codec.write(value, window);
        } catch (BufferOverflowException e) {
            throw new IllegalStateException(
                    codec.getClass().getName() + " announced " + size + " bytes, and puts more", e);
        }
        if (window.position() != size) {
            throw new IllegalStateException(
                    codec.getClass().getName() + " announced " + size + " bytes, and put " + window.position());
        }
    }

    /** Writes tag and length of a field whose content is in its place, and passes it. */
    static void passPlaced(ByteBuf out, int tag, int size) {
        if (size != 0) {
            putDelimiter(out, tag, size);
            out.writerIndex(out.writerIndex() + size);
        }
    }

    /** Map entries carry both fields, even when empty. */
    private static int entrySize(Map.Entry<String, String> entry) {
        return delimitedSize(ByteBufUtil.utf8Bytes(entry.getKey()))
                + delimitedSize(ByteBufUtil.utf8Bytes(entry.getValue()));
    }

    private static void putDelimitedText(ByteBuf out, int tag, String text, int utf8Size) {
        putDelimiter(out, tag, utf8Size);
        ByteBufUtil.reserveAndWriteUtf8(out, text, utf8Size);
    }
}
