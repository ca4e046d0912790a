package dev.sallyport.transport.auth;

import io.netty.buffer.ByteBuf;

/**
 * The keyed function behind every tag, for one key and one label. Confined to one thread.
 */
public interface FrameMac {

    /**
     * Computes the tag of label, {@code context} and a range of {@code bytes}.
     *
     * @param context the transcript hash in the handshake, empty in a session
     * @param out takes the 32 bytes of the tag
     */
    void tag(byte[] context, ByteBuf bytes, int offset, int length, byte[] out);

    /** Overwrites what the key left here, as far as Java can. No tag is computed any more. Idempotent. */
    default void wipe() {}
}
