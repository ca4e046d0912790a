package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call that this side made, from the caller's thread to its one outcome. Confined to the event loop once it entered. */
final class OutboundCall<Q, R> extends PendingCall implements Outgoing {

    private enum State {
        QUEUED,
        WRITTEN,
        ENDED
    }

    private final CallMaker owner;
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final int payloadSize;
    private final Deadline deadline;
    private final long startNanos;
    final CallFuture<R> future;
    private final Map<String, String> metadata;
    private @Nullable RequestHead head;
    private long id;
    private State state = State.QUEUED;

    OutboundCall(
            CallMaker owner,
            MethodDescriptor<Q, R> method,
            Q request,
            int payloadSize,
            Map<String, String> metadata,
            Deadline deadline,
            long startNanos) {
        this.owner = owner;
        this.method = method;
        this.request = request;
        this.payloadSize = payloadSize;
        this.deadline = deadline;
        this.startNanos = startNanos;
        this.metadata = metadata;
        this.future = new CallFuture<>(owner.callbacks(), () -> owner.cancel(this));
    }

    @Override
    long id() {
        return id;
    }

    @Override
    public boolean enter() {
        if (state == State.ENDED) {
            return false;
        }
        if (future.isDone()) {
            end(Outcome.CANCELLED, System.nanoTime());
            return false;
        }
        id = owner.register(this, deadline.nanoTime());
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        if (state != State.QUEUED) {
            return 0;
        }
        long timeout = RequestHead.timeoutMillis(deadline.nanoTime() - nowNanos);
        RequestHead prepared = RequestHead.unary(method.name(), timeout, metadata);
        head = prepared;
        return CallsWriter.requestSize(id, prepared, payloadSize);
    }

    @Override
    public void write(ByteBuf out) {
        if (head == null) {
            throw new IllegalStateException("a request is prepared before it is written");
        }
        CallsWriter.writeRequest(out, id, head, method.request(), request, payloadSize);
        state = State.WRITTEN;
    }

    @Override
    public void unwritable(RuntimeException cause) {
        owner.giveUp(this, false);
        settle(Payloads.unwritable("request", false, cause), Outcome.APPLICATION_ERROR, System.nanoTime());
    }

    @Override
    public void abandoned() {
        if (state != State.ENDED) {
            end(Outcome.WORKER_LOST, System.nanoTime());
            future.settleAndPublish(
                    new CallException(Outcome.WORKER_LOST, false, "the session ended before the request was written"));
        }
    }

    /** The session ended, and the request had been written: nothing will answer. */
    @Override
    void lost() {
        fail(Outcome.WORKER_LOST, true, "the session ended before an answer");
    }

    @Override
    void expired() {
        if (state != State.ENDED) {
            boolean written = state == State.WRITTEN;
            owner.giveUp(this, written);
            fail(Outcome.DEADLINE_EXCEEDED, written, "no answer before the deadline");
        }
    }

    /** The caller cancelled. */
    @Override
    void cancelled() {
        if (state != State.ENDED) {
            owner.giveUp(this, state == State.WRITTEN);
            end(Outcome.CANCELLED, System.nanoTime());
        }
    }

    /** An answer came; it is the last event of the call. */
    @Override
    void answered(CallMessage response, ByteBuf buffer) {
        Outcome outcome = response.outcome();
        if (outcome != Outcome.OK) {
            settle(Responses.failure(response, buffer), outcome, owner.frameNanos());
            return;
        }
        try {
            R reply = Payloads.read(method.reply(), buffer, response);
            settle(reply, Outcome.OK, owner.frameNanos());
        } catch (IOException | RuntimeException e) {
            fail(Outcome.APPLICATION_ERROR, true, "the reply is not what the method " + method.name() + " returns");
        }
    }

    @Override
    void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        throw new ProtocolViolation(RejectReason.E_SEMANTIC, "an item of a call with one reply");
    }

    @Override
    void credit(long items) {
        owner.dropped();
    }

    void fail(Outcome outcome, boolean ran, String message) {
        settle(new CallException(outcome, ran, message), outcome, System.nanoTime());
    }

    private void settle(Object result, Outcome outcome, long nowNanos) {
        if (state != State.ENDED) {
            end(outcome, nowNanos);
            owner.publish(future, result);
        }
    }

    private void end(Outcome outcome, long nowNanos) {
        state = State.ENDED;
        owner.ended(this, method.name(), outcome, nowNanos - startNanos);
    }
}
