package dev.sallyport.transport.auth;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC-SHA-256 (RFC 2104) over the JDK's SHA-256, which has an intrinsic, with the two padded key blocks and the label
 * absorbed once: a tag starts from a copy of that state instead of from the key.
 */
public final class HmacSha256 implements FrameMac {

    private static final int BLOCK_BYTES = 64;
    private static final int SCRATCH_BYTES = 16 * 1024;
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH_BYTES];
        }
    };

    private final MessageDigest inner;
    private final MessageDigest outer;

    /** @param key at most 64 bytes; not kept, but the absorbed states are as good as the key for making tags */
    public HmacSha256(Secret key, Label label) {
        this.inner = key.use(bytes -> absorb(bytes, (byte) 0x36));
        this.outer = key.use(bytes -> absorb(bytes, (byte) 0x5c));
        inner.update(label.bytes());
    }

    private static MessageDigest absorb(byte[] key, byte pad) {
        byte[] block = new byte[BLOCK_BYTES];
        System.arraycopy(key, 0, block, 0, key.length);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            block[i] ^= pad;
        }
        MessageDigest digest = sha256();
        digest.update(block);
        java.util.Arrays.fill(block, (byte) 0);
        return digest;
    }

    @Override
    public void tag(byte[] context, ByteBuf bytes, int offset, int length, byte[] out) {
        try {
            MessageDigest digest = (MessageDigest) inner.clone();
            digest.update(context);
            absorb(digest, bytes, offset, length);
            digest.digest(out, 0, WireSpec.TAG_BYTES);
            MessageDigest finish = (MessageDigest) outer.clone();
            finish.update(out, 0, WireSpec.TAG_BYTES);
            finish.digest(out, 0, WireSpec.TAG_BYTES);
        } catch (CloneNotSupportedException | DigestException e) {
            throw new IllegalStateException("SHA-256 of this JDK cannot be copied", e);
        }
    }

    private static void absorb(MessageDigest digest, ByteBuf bytes, int offset, int length) {
        if (bytes.hasArray()) {
            digest.update(bytes.array(), bytes.arrayOffset() + offset, length);
            return;
        }
        byte[] scratch = SCRATCH.get();
        for (int done = 0; done < length; ) {
            int step = Math.min(length - done, scratch.length);
            bytes.getBytes(offset + done, scratch, 0, step);
            digest.update(scratch, 0, step);
            done += step;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
