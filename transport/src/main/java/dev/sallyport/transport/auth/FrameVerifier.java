package dev.sallyport.transport.auth;

import dev.sallyport.proto.WireSpec;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Verifies the tags of one direction. The only place where a {@link VerifiedFrame} is made. Confined to one thread. */
public final class FrameVerifier {

    private static final byte[] NO_CONTEXT = {};

    private final FrameMac mac;
    private final byte[] expected = new byte[WireSpec.TAG_BYTES];
    private final byte[] received = new byte[WireSpec.TAG_BYTES];

    public FrameVerifier(FrameMac mac) {
        this.mac = mac;
    }

    /** See {@link FrameMac#wipe}: nothing is verified any more. */
    public void wipe() {
        mac.wipe();
    }

    /** Verifies a session frame; null when its tag does not verify. */
    public @Nullable VerifiedFrame verify(ByteBuf buffer, int offset, int length) {
        return verify(NO_CONTEXT, buffer, offset, length);
    }

    /** Verifies a handshake frame against the transcript so far; null when its tag does not verify. */
    public @Nullable VerifiedFrame verify(byte[] transcript, ByteBuf buffer, int offset, int length) {
        int signed = length - WireSpec.TAG_BYTES;
        mac.tag(transcript, buffer, offset, signed, expected);
        buffer.getBytes(offset + signed, received);
        return MessageDigest.isEqual(expected, received) ? new VerifiedFrame(buffer, offset, length) : null;
    }
}
