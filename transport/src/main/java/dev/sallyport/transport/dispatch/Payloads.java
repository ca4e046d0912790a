package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;

/** Payloads on their way between a frame and a codec. */
final class Payloads {

    private Payloads() {}

    /**
     * The end of a call of which something could not be written.
     *
     * @param what the request, or an item
     * @param cause of the caller's own codec: kept with the failure
     */
    static CallException unwritable(String what, boolean ran, RuntimeException cause) {
        CallException failure = new CallException(
                Outcome.APPLICATION_ERROR, ran, "the " + what + " could not be written: its codec broke its contract");
        failure.addSuppressed(cause);
        return failure;
    }

    /** The value of a message's payload. Raw bytes are copied out of the frame at once; other codecs are shown a view of it. */
    @SuppressWarnings("unchecked") // the codec of raw bytes is one of byte[]
    static <T> T read(Codec<T> codec, ByteBuf buffer, CallMessage message) throws IOException {
        if (codec == Codec.bytes()) {
            return (T) ByteBufUtil.getBytes(buffer, message.payloadOffset(), message.payloadLength());
        }
        return codec.read(buffer.nioBuffer(message.payloadOffset(), message.payloadLength())
                .asReadOnlyBuffer());
    }

    /** @throws CallException {@code TOO_LARGE} when a body of this size may not be sent */
    static int checked(int size, int maxBodyBytes) {
        if (size > maxBodyBytes) {
            throw new CallException(Outcome.TOO_LARGE, false, "the item is above max_payload_bytes - 1024");
        }
        return size;
    }
}
