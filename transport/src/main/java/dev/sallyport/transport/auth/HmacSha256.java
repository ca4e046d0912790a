package dev.sallyport.transport.auth;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.keys.Hmac;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * HMAC-SHA-256 of the frames of one direction. A short frame starts from copies of the two digests that have absorbed the padded key, which
 * saves two compressions; a long one goes through one reused digest, which allocates nothing (docs/adr/0050-mac-midstates.md).
 */
public final class HmacSha256 implements FrameMac {

    private static final int MIDSTATE_LIMIT = 512;

    private final byte[] label;
    private final MessageDigest inner;
    private final MessageDigest outer;
    private final Hmac hmac;
    private final byte[] scratch = new byte[MIDSTATE_LIMIT];
    private boolean wiped;

    /** @param key not kept as it is, but what is kept makes the same tags until {@link #wipe} */
    public HmacSha256(Secret key, Label label) {
        this.label = label.bytes();
        this.hmac = key.use(Hmac::new);
        this.inner = hmac.innerMidstate();
        this.outer = hmac.outerMidstate();
        inner.update(this.label);
    }

    /** @throws IllegalStateException when wiped: a tag without a key would be one that anybody can make */
    @Override
    public void tag(byte[] context, ByteBuf bytes, int offset, int length, byte[] out) {
        if (wiped) {
            throw new IllegalStateException("the key of this session is wiped");
        }
        if (length <= MIDSTATE_LIMIT) {
            fromMidstates(context, bytes, offset, length, out);
        } else {
            fromKey(context, bytes, offset, length, out);
        }
    }

    @Override
    public void wipe() {
        wiped = true;
        hmac.wipe();
        inner.reset();
        outer.reset();
    }

    private void fromMidstates(byte[] context, ByteBuf bytes, int offset, int length, byte[] out) {
        bytes.getBytes(offset, scratch, 0, length);
        try {
            MessageDigest digest = (MessageDigest) inner.clone();
            digest.update(context);
            digest.update(scratch, 0, length);
            digest.digest(out, 0, WireSpec.TAG_BYTES);
            MessageDigest finish = (MessageDigest) outer.clone();
            finish.update(out, 0, WireSpec.TAG_BYTES);
            finish.digest(out, 0, WireSpec.TAG_BYTES);
        } catch (CloneNotSupportedException | DigestException e) {
            throw new IllegalStateException("SHA-256 of this JDK cannot be copied", e);
        }
    }

    private void fromKey(byte[] context, ByteBuf bytes, int offset, int length, byte[] out) {
        hmac.update(label).update(context);
        if (bytes.hasArray()) {
            hmac.update(bytes.array(), bytes.arrayOffset() + offset, length);
        } else {
            hmac.update(bytes.internalNioBuffer(offset, length));
        }
        hmac.finish(out);
    }
}
