package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.Routes;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A unary or one-way request that this side serves. */
final class InboundCall<Q, R> extends ServedRequest {

    private final Routes.Route.Unary<Q, R> route;
    private @Nullable Q request;
    private @Nullable R reply;
    private int replySize;

    InboundCall(
            Requests owner,
            Routes.Route.Unary<Q, R> route,
            Q request,
            CallMessage message,
            Deadline deadline,
            long startNanos) {
        super(owner, route.method(), message, deadline, startNanos);
        this.route = route;
        this.request = request;
    }

    @Override
    boolean onEventLoop() {
        return route.onEventLoop();
    }

    @Override
    void release() {
        request = null;
    }

    @Override
    void serve() throws Exception {
        Q given = request;
        if (given == null) {
            throw new IllegalStateException("a request that was given up is not served");
        }
        R result = route.handler().handle(this, given);
        if (result == null) {
            fail(Outcome.APPLICATION_ERROR, "the handler returned nothing", NOTHING);
            return;
        }
        int size = route.method().reply().size(result);
        if (size > owner.maxBodyBytes()) {
            fail(Outcome.TOO_LARGE, "the reply is above max_payload_bytes - 1024", NOTHING);
            return;
        }
        replySize = size;
        reply = result;
    }

    @Override
    int replySize() {
        return CallsWriter.replySize(id(), replySize);
    }

    @Override
    void writeReply(ByteBuf out) {
        if (reply != null) {
            CallsWriter.writeReply(out, id(), route.method().reply(), reply, replySize);
        }
    }
}
