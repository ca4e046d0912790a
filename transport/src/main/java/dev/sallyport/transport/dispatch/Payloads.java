package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Outcome;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Payloads on their way between a frame and a codec. */
final class Payloads {

    private Payloads() {}

    /** The payload of a message, to be read at once and not kept. */
    static ByteBuffer view(ByteBuf buffer, CallMessage message) {
        return buffer.nioBuffer(message.payloadOffset(), message.payloadLength())
                .asReadOnlyBuffer();
    }

    /** @throws CallException {@code TOO_LARGE} when a body of this size may not be sent */
    static int checked(int size, int maxBodyBytes) {
        if (size > maxBodyBytes) {
            throw new CallException(Outcome.TOO_LARGE, false, "the item is above max_payload_bytes - 1024");
        }
        return size;
    }
}
