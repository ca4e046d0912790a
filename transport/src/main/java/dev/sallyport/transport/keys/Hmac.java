package dev.sallyport.transport.keys;

import dev.sallyport.proto.WireSpec;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104) over the JDK's SHA-256, which has an intrinsic. It is not {@code javax.crypto.Mac}, because the first one of a process looks
 * through the security providers and verifies one: more than a tenth of a worker's start (docs/adr/0010). One digest is used again and again, so
 * that a tag allocates nothing. Not safe for use by several threads at once.
 */
public final class Hmac {

    private static final int BLOCK_BYTES = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private final byte[] innerBlock;
    private final byte[] outerBlock;
    private final MessageDigest digest = sha256();

    /** @param key of any length, also none; not kept as it is, but what is kept makes the same tags until {@link #wipe} */
    public Hmac(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK_BYTES ? digest.digest(key) : key, BLOCK_BYTES);
        this.innerBlock = padded(block, INNER_PAD);
        this.outerBlock = padded(block, OUTER_PAD);
        Arrays.fill(block, (byte) 0);
        digest.update(innerBlock);
    }

    private static byte[] padded(byte[] block, byte pad) {
        byte[] padded = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            padded[i] = (byte) (block[i] ^ pad);
        }
        return padded;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A digest that has absorbed the inner padded key: the message follows. */
    public MessageDigest innerMidstate() {
        return absorbed(innerBlock);
    }

    /** A digest that has absorbed the outer padded key: the inner digest follows. */
    public MessageDigest outerMidstate() {
        return absorbed(outerBlock);
    }

    private static MessageDigest absorbed(byte[] block) {
        MessageDigest midstate = sha256();
        midstate.update(block);
        return midstate;
    }

    /** Adds to the message. */
    public Hmac update(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds to the message. */
    public Hmac update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        return this;
    }

    /** Adds what remains of {@code bytes}, heap or direct, and moves its position to the limit. */
    public Hmac update(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** Writes the tag into the first 32 bytes of {@code out}, and begins another message. */
    public void finish(byte[] out) {
        try {
            digest.digest(out, 0, WireSpec.TAG_BYTES);
            digest.update(outerBlock);
            digest.update(out, 0, WireSpec.TAG_BYTES);
            digest.digest(out, 0, WireSpec.TAG_BYTES);
        } catch (DigestException e) {
            throw new IllegalArgumentException("a tag takes 32 bytes", e);
        }
        digest.update(innerBlock);
    }

    /** Overwrites what makes tags. It cannot be used any more. */
    public void wipe() {
        Arrays.fill(innerBlock, (byte) 0);
        Arrays.fill(outerBlock, (byte) 0);
        digest.reset();
    }
}
