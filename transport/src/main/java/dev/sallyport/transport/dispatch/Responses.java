package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import io.netty.buffer.ByteBuf;

/** Responses other than OK, as the caller sees them. */
final class Responses {

    private Responses() {}

    static CallException failure(CallMessage response, ByteBuf buffer) {
        byte[] details = new byte[response.detailsLength()];
        buffer.getBytes(response.detailsOffset(), details);
        return new CallException(response.outcome(), response.ran(), response.error(), details, response.metadata());
    }
}
