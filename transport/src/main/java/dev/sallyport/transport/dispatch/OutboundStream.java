package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Codec;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A streaming call that this side made: the caller's end of it. */
final class OutboundStream<Q, R> extends PendingCall implements CallStream<Q, R> {

    private final CallMaker owner;
    private final MethodDescriptor<Q, R> method;
    private final Deadline deadline;
    private final Map<String, String> metadata;
    private final long startNanos = System.nanoTime();
    private final Inflow<R> inflow = new Inflow<>(WINDOW, this::giveCredit);
    private final Outflow outflow = new Outflow(this::liveId, cause -> failed("item", cause));
    private volatile long id;
    private volatile boolean ended;
    private boolean written;
    private boolean requestGiven;
    private boolean finished;

    OutboundStream(CallMaker owner, MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> metadata) {
        this.owner = owner;
        this.method = method;
        this.deadline = deadline;
        this.metadata = metadata;
    }

    /** Sends the request, unless the caller is to give it first. */
    void start() {
        if (method.shape().streamsRequests()) {
            requestGiven = true;
            owner.give(new Opening(null, 0));
        }
    }

    @Override
    long id() {
        return id;
    }

    private long liveId() {
        return ended ? 0 : id;
    }

    private void giveCredit(int items) {
        owner.give(new CreditGrant(this::liveId, items));
    }

    // ---- the caller's threads ----

    @Override
    public void send(Q item) throws InterruptedException {
        if (finished || (requestGiven && !method.shape().streamsRequests())) {
            throw new IllegalStateException("no further request may be sent");
        }
        int size = Payloads.checked(method.request().size(item), owner.maxBodyBytes());
        if (method.shape().streamsRequests()) {
            outflow.acquire();
            owner.give(StreamItem.of(outflow, method.request(), item, size));
        } else {
            requestGiven = true;
            owner.give(new Opening(item, size));
        }
    }

    @Override
    public void finish() {
        if (!finished && method.shape().streamsRequests()) {
            finished = true;
            owner.give(StreamItem.end(outflow));
        }
    }

    @Override
    public @Nullable R receive() throws InterruptedException {
        if (!requestGiven) {
            throw new IllegalStateException("the request must be sent first");
        }
        return inflow.take();
    }

    @Override
    public void close() {
        owner.cancel(this);
    }

    // ---- event loop ----

    /** Registers the call, once; false: it has ended. */
    boolean enter() {
        if (id == 0 && !ended) {
            id = owner.register(this, deadline.nanoTime());
        }
        return !ended;
    }

    @Override
    void answered(CallMessage response, ByteBuf buffer) {
        if (response.outcome() != Outcome.OK) {
            end(Responses.failure(response, buffer));
            return;
        }
        if (!method.shape().streamsReplies()) {
            try {
                inflow.offer(Payloads.read(method.reply(), buffer, response));
            } catch (IOException | RuntimeException e) {
                end(notReturned());
                return;
            }
        }
        inflow.end();
        end(new CallException(Outcome.CANCELLED, true, "the call has ended"), Outcome.OK);
    }

    private CallException notReturned() {
        return new CallException(
                Outcome.APPLICATION_ERROR, true, "an item is not what the method " + method.name() + " returns");
    }

    @Override
    void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        if (!method.shape().streamsReplies()) {
            throw new ProtocolViolation(RejectReason.E_SEMANTIC, "an item of a call with one reply");
        }
        if (message.last() && message.payloadLength() == 0) {
            return;
        }
        R item;
        try {
            item = Payloads.read(method.reply(), buffer, message);
        } catch (IOException | RuntimeException e) {
            owner.giveUp(this, true);
            end(notReturned());
            return;
        }
        if (!inflow.offer(item)) {
            throw new ProtocolViolation(RejectReason.E_SEMANTIC, "an item beyond the credit");
        }
    }

    @Override
    void credit(long items) {
        outflow.grant(items);
    }

    @Override
    void lost() {
        end(new CallException(Outcome.WORKER_LOST, written, "the session ended before the call did"));
    }

    @Override
    void expired() {
        if (!ended) {
            owner.giveUp(this, written);
            end(new CallException(Outcome.DEADLINE_EXCEEDED, written, "the call did not end before its deadline"));
        }
    }

    @Override
    void cancelled() {
        if (!ended) {
            owner.giveUp(this, written);
            end(new CallException(Outcome.CANCELLED, written, "the caller cancelled the call"));
        }
    }

    /** What was to be sent cannot be written: without it the call would not be what the caller meant. */
    private void failed(String what, RuntimeException cause) {
        if (!ended) {
            owner.giveUp(this, written);
            end(Payloads.unwritable(what, written, cause));
        }
    }

    private void end(CallException failure) {
        end(failure, failure.outcome());
    }

    private void end(CallException failure, Outcome outcome) {
        if (!ended) {
            ended = true;
            inflow.fail(failure);
            outflow.end(failure);
            owner.ended(this, method.name(), outcome, System.nanoTime() - startNanos);
        }
    }

    /** The request that opens the call. */
    private final class Opening implements Outgoing {

        private final @Nullable Q request;
        private final int size;
        private RequestHead head = head(1);

        Opening(@Nullable Q request, int size) {
            this.request = request;
            this.size = size;
        }

        private RequestHead head(long timeoutMillis) {
            boolean streamsReplies = method.shape().streamsReplies();
            return new RequestHead(
                    RequestHead.encoded(method.name()),
                    timeoutMillis,
                    false,
                    method.shape().streamsRequests(),
                    streamsReplies,
                    streamsReplies ? WINDOW : 0,
                    metadata);
        }

        @Override
        public boolean enter() {
            return OutboundStream.this.enter();
        }

        @Override
        public int prepare(long nowNanos) {
            if (ended) {
                return 0;
            }
            head = head(RequestHead.timeoutMillis(deadline.nanoTime() - nowNanos));
            return CallsWriter.requestSize(id, head, size);
        }

        @Override
        public void write(ByteBuf out) {
            if (request == null) {
                CallsWriter.writeRequest(out, id, head, Codec.bytes(), ServedRequest.NOTHING, 0);
            } else {
                CallsWriter.writeRequest(out, id, head, method.request(), request, size);
            }
            written = true;
        }

        @Override
        public void unwritable(RuntimeException cause) {
            failed("request", cause);
        }

        @Override
        public void abandoned() {
            end(new CallException(Outcome.WORKER_LOST, false, "the session ended before the request was written"));
        }
    }
}
