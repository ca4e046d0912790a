package dev.sallyport.transport.frame;

import dev.sallyport.proto.WireSpec;
import io.netty.buffer.ByteBuf;

/**
 * Writes a frame in place: {@link #begin} leaves room for the header, the payload is written behind it, {@link #header} fills
 * it in, and the tag follows. Stateless.
 */
public final class FrameEncoder {

    private FrameEncoder() {}

    /**
     * Begins a frame at the writer index.
     *
     * @return where the frame starts
     */
    public static int begin(ByteBuf out) {
        int start = out.writerIndex();
        out.ensureWritable(WireSpec.OFFSET_PAYLOAD);
        out.writerIndex(start + WireSpec.OFFSET_PAYLOAD);
        return start;
    }

    /** Fills in every byte of the header of the frame at {@code start}, whose payload ends at the writer index. */
    public static void header(ByteBuf out, int start, int type, int kind, int schema, long seq, long time) {
        out.setInt(start, out.writerIndex() - start - WireSpec.LEN_BYTES + WireSpec.TAG_BYTES);
        out.setByte(start + WireSpec.OFFSET_VERSION, WireSpec.VERSION);
        out.setByte(start + WireSpec.OFFSET_TYPE, type);
        out.setShort(start + WireSpec.OFFSET_KIND, kind);
        out.setShort(start + WireSpec.OFFSET_SCHEMA, schema);
        out.setShort(start + WireSpec.OFFSET_FLAGS, 0);
        out.setLong(start + WireSpec.OFFSET_SEQ, seq);
        out.setLong(start + WireSpec.OFFSET_TIME, time);
        out.setInt(start + WireSpec.OFFSET_EPOCH, 0);
    }
}
