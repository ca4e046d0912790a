package dev.sallyport.benchmarks.stage;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.HmacSha256;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.session.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import java.util.Random;

/** Frames as the transport writes them, in the direct buffers that sockets use. */
final class Frames {

    /** The agreed schema in all benchmarks. */
    static final int SCHEMA = 1;

    /** Larger than any frame of the benchmarks. */
    static final int MAX_LEN = 1 << 20;

    private Frames() {}

    static byte[] payload(int size) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        return payload;
    }

    static FrameMac hmac() {
        try (Secret key = Secret.copyOf(payload(WireSpec.KEY_BYTES))) {
            return new HmacSha256(key, Label.FRAME);
        }
    }

    /** A tag that costs nothing, where a benchmark measures what stands behind it. */
    static FrameMac zeros() {
        return (context, bytes, offset, length, out) -> Arrays.fill(out, (byte) 0);
    }

    /** One CALLS frame with SEQ 0 and TIME 0; the caller releases it. */
    static ByteBuf signed(FrameMac mac, byte[] payload) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer();
        int start = FrameEncoder.begin(out);
        out.writeBytes(payload);
        new FrameSigner(mac).seal(out, start, Kind.CALLS.type(), Kind.CALLS.number(), SCHEMA, 0, 0);
        return out;
    }
}
