package dev.sallyport.transport.auth;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import java.security.DigestException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) over the JDK's primitives, which have an intrinsic. A short frame starts from copies of the two
 * digests that have absorbed the padded key, which saves two compressions; a long one goes through one reused {@link Mac},
 * which allocates nothing (docs/adr/0050-mac-midstates.md).
 */
public final class HmacSha256 implements FrameMac {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BLOCK_BYTES = 64;
    private static final int MIDSTATE_LIMIT = 512;

    private final byte[] label;
    private final MessageDigest inner;
    private final MessageDigest outer;
    private final Mac mac;
    private final byte[] scratch = new byte[MIDSTATE_LIMIT];

    /** @param key at most 64 bytes; not kept as it is, but what is kept makes the same tags */
    public HmacSha256(Secret key, Label label) {
        this.label = label.bytes();
        this.inner = key.use(bytes -> absorb(bytes, (byte) 0x36));
        this.outer = key.use(bytes -> absorb(bytes, (byte) 0x5c));
        this.mac = key.use(HmacSha256::keyed);
        inner.update(this.label);
    }

    private static MessageDigest absorb(byte[] key, byte pad) {
        byte[] block = new byte[BLOCK_BYTES];
        System.arraycopy(key, 0, block, 0, key.length);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            block[i] ^= pad;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(block);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } finally {
            Arrays.fill(block, (byte) 0);
        }
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    @Override
    public void tag(byte[] context, ByteBuf bytes, int offset, int length, byte[] out) {
        try {
            if (length <= MIDSTATE_LIMIT) {
                fromMidstates(context, bytes, offset, length, out);
            } else {
                fromMac(context, bytes, offset, length, out);
            }
        } catch (CloneNotSupportedException | DigestException | ShortBufferException e) {
            throw new IllegalStateException("SHA-256 of this JDK cannot be copied", e);
        }
    }

    private void fromMidstates(byte[] context, ByteBuf bytes, int offset, int length, byte[] out)
            throws CloneNotSupportedException, DigestException {
        bytes.getBytes(offset, scratch, 0, length);
        MessageDigest digest = (MessageDigest) inner.clone();
        digest.update(context);
        digest.update(scratch, 0, length);
        digest.digest(out, 0, WireSpec.TAG_BYTES);
        MessageDigest finish = (MessageDigest) outer.clone();
        finish.update(out, 0, WireSpec.TAG_BYTES);
        finish.digest(out, 0, WireSpec.TAG_BYTES);
    }

    private void fromMac(byte[] context, ByteBuf bytes, int offset, int length, byte[] out)
            throws ShortBufferException {
        mac.update(label);
        mac.update(context);
        if (bytes.hasArray()) {
            mac.update(bytes.array(), bytes.arrayOffset() + offset, length);
        } else {
            mac.update(bytes.internalNioBuffer(offset, length));
        }
        mac.doFinal(out, 0);
    }
}
