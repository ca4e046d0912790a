package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A streaming request that this side serves: the handler's end of it. */
final class InboundStream<Q, R> extends ServedRequest implements CallStream<R, Q> {

    private final Routes.Route.Streaming<Q, R> route;
    private final MethodDescriptor<Q, R> method;
    private final Inflow<Q> inflow;
    private final Outflow outflow = new Outflow(this::unansweredId, this::itemFailed);
    private volatile boolean ended;
    private @Nullable R reply;
    private int replySize;

    /** @param message its payload is the one request when requests are not a stream */
    InboundStream(
            Requests owner,
            Routes.Route.Streaming<Q, R> route,
            CallMessage message,
            @Nullable Q request,
            Deadline deadline,
            long startNanos) {
        super(owner, route.method(), message, deadline, startNanos);
        this.route = route;
        this.method = route.method();
        outflow.grant(message.initialCredit());
        inflow = new Inflow<>(request == null ? 0 : 1, this::giveCredit);
        if (request != null) {
            inflow.offer(request);
            inflow.end();
        }
    }

    private long liveId() {
        return ended ? 0 : id();
    }

    /** Replies that wait to be written when the handler ends are written all the same. */
    private long unansweredId() {
        return isCancelled() ? 0 : id();
    }

    private void itemFailed(RuntimeException cause) {
        owner.itemUnwritable(this, cause);
    }

    private void giveCredit(int items) {
        owner.give(new CreditGrant(this::liveId, items));
    }

    // ---- event loop ----

    @Override
    void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        boolean isEnd = message.last() && message.payloadLength() == 0;
        if (!isEnd) {
            try {
                Q item = Payloads.read(method.request(), buffer, message);
                if (!inflow.offer(item)) {
                    throw new ProtocolViolation(RejectReason.E_SEMANTIC, "an item beyond the credit");
                }
            } catch (IOException | RuntimeException e) {
                inflow.fail(new CallException(
                        Outcome.APPLICATION_ERROR, true, "an item is not what the method " + method.name() + " takes"));
            }
        }
        if (message.last()) {
            inflow.end();
        }
    }

    @Override
    void credit(long items) {
        outflow.grant(items);
    }

    @Override
    void cancel() {
        ended = true;
        CallException cause = new CallException(Outcome.CANCELLED, true, "the caller does not wait any more");
        inflow.fail(cause);
        outflow.end(cause);
        super.cancel();
    }

    @Override
    void release() {
        inflow.close();
    }

    // ---- the handler's thread ----

    @Override
    void serve() throws Exception {
        if (method.shape().streamsRequests()) {
            // not before: what waits for a thread holds no items
            inflow.open();
        }
        try {
            route.handler().handle(this, this);
        } catch (CallException e) {
            if (!isCancelled()) {
                throw e;
            }
        } finally {
            ended = true;
            inflow.close();
        }
        if (!method.shape().streamsReplies() && reply == null) {
            fail(Outcome.APPLICATION_ERROR, "the handler sent no reply", NOTHING);
        }
    }

    @Override
    public void send(R item) throws InterruptedException {
        int size = Payloads.checked(method.reply().size(item), owner.maxBodyBytes());
        if (method.shape().streamsReplies()) {
            outflow.acquire();
            owner.give(StreamItem.of(outflow, method.reply(), item, size));
        } else if (reply == null) {
            reply = item;
            replySize = size;
        } else {
            throw new IllegalStateException(method.name() + " has one reply");
        }
    }

    @Override
    public void finish() {}

    @Override
    public @Nullable Q receive() throws InterruptedException {
        return inflow.take();
    }

    @Override
    public void close() {}

    // ---- the response ----

    @Override
    int replySize() {
        return CallsWriter.replySize(id(), replySize);
    }

    @Override
    void writeReply(ByteBuf out) {
        if (reply == null) {
            CallsWriter.writeReply(out, id(), Codec.bytes(), NOTHING, 0);
        } else {
            CallsWriter.writeReply(out, id(), method.reply(), reply, replySize);
        }
    }
}
