package dev.sallyport.transport.auth;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.frame.FrameEncoder;
import io.netty.buffer.ByteBuf;

/** Completes and signs the frames of one direction, in place. Confined to one thread. */
public final class FrameSigner {

    private static final byte[] NO_CONTEXT = {};

    private final FrameMac mac;
    private final byte[] tag = new byte[WireSpec.TAG_BYTES];

    public FrameSigner(FrameMac mac) {
        this.mac = mac;
    }

    /** Completes the session frame that begins at {@code start} and ends at the writer index: header, then tag. */
    public void seal(ByteBuf out, int start, int type, int kind, int schema, long seq, long time) {
        FrameEncoder.header(out, start, type, kind, schema, seq, time);
        append(NO_CONTEXT, out, start);
    }

    /** Completes a handshake frame, tagged over the transcript so far. */
    public void seal(byte[] transcript, ByteBuf out, int start, int type, long wallMillis) {
        FrameEncoder.header(out, start, type, WireSpec.KIND_NONE, 0, 0, wallMillis);
        append(transcript, out, start);
    }

    /** See {@link FrameMac#wipe}: nothing is signed any more. */
    public void wipe() {
        mac.wipe();
    }

    private void append(byte[] context, ByteBuf out, int start) {
        mac.tag(context, out, start, out.writerIndex() - start, tag);
        out.writeBytes(tag);
    }
}
