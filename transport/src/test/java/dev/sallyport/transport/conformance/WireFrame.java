package dev.sallyport.transport.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A frame written by hand from the specification, with every field free, so that it may be wrong in any of them. */
final class WireFrame {

    static final byte[] HANDSHAKE = "SWP1hs\0\0".getBytes(StandardCharsets.US_ASCII);
    static final byte[] FRAME = "SWP1fr\0\0".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = 32;
    static final int TAG = 32;

    Long len;
    int version = 1;
    int type;
    int kind;
    int schema;
    int flags;
    long seq;
    long time;
    int epoch;
    byte[] payload = {};
    byte[] key = new byte[32];
    byte[] label = FRAME;
    byte[] context = {};

    WireFrame(int type, int kind, int schema) {
        this.type = type;
        this.kind = kind;
        this.schema = schema;
    }

    WireFrame payload(byte[] bytes) {
        payload = bytes;
        return this;
    }

    WireFrame seq(long value) {
        seq = value;
        return this;
    }

    WireFrame time(long value) {
        time = value;
        return this;
    }

    WireFrame key(byte[] value) {
        key = value;
        return this;
    }

    /** LEN to TAG. */
    byte[] bytes() {
        byte[] head = unsigned();
        return ByteBuffer.allocate(head.length + TAG)
                .put(head)
                .put(tag(key, label, context, head))
                .array();
    }

    private byte[] unsigned() {
        long announced = len == null ? HEADER - 4 + payload.length + TAG : len;
        return ByteBuffer.allocate(HEADER + payload.length)
                .putInt((int) announced)
                .put((byte) version)
                .put((byte) type)
                .putShort((short) kind)
                .putShort((short) schema)
                .putShort((short) flags)
                .putLong(seq)
                .putLong(time)
                .putInt(epoch)
                .put(payload)
                .array();
    }

    static byte[] tag(byte[] key, byte[] label, byte[] context, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(label);
            mac.update(context);
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a received frame says, its tag checked. */
    static WireFrame read(byte[] bytes, byte[] key, byte[] label, byte[] context) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long announced = Integer.toUnsignedLong(in.getInt());
        if (announced != bytes.length - 4 || in.get() != 1) {
            throw new AssertionError("LEN or VERSION is wrong");
        }
        WireFrame frame = new WireFrame(in.get() & 0xFF, in.getShort() & 0xFFFF, in.getShort() & 0xFFFF);
        frame.flags = in.getShort();
        frame.seq = in.getLong();
        frame.time = in.getLong();
        frame.epoch = in.getInt();
        frame.payload = Arrays.copyOfRange(bytes, HEADER, bytes.length - TAG);
        byte[] signed = Arrays.copyOf(bytes, bytes.length - TAG);
        byte[] sent = Arrays.copyOfRange(bytes, bytes.length - TAG, bytes.length);
        if (!MessageDigest.isEqual(tag(key, label, context, signed), sent)) {
            throw new AssertionError("the tag of a received frame does not verify");
        }
        if (frame.flags != 0 || frame.epoch != 0) {
            throw new AssertionError("FLAGS or EPOCH is not 0");
        }
        return frame;
    }
}
