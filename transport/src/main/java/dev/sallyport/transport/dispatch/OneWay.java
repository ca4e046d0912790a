package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import io.netty.buffer.ByteBuf;
import java.util.Map;

/** A request that gets no answer. */
final class OneWay<Q> implements Outgoing {

    private static final Object WRITTEN = "written";

    private final CallMaker owner;
    private final MethodDescriptor<Q, ?> method;
    private final Q request;
    private final int size;
    private final RequestHead head;
    final CallFuture<Object> future;
    private long id;

    OneWay(CallMaker owner, MethodDescriptor<Q, ?> method, Q request, int size, Map<String, String> metadata) {
        this.owner = owner;
        this.method = method;
        this.request = request;
        this.size = size;
        this.head = RequestHead.oneWay(method.name(), metadata);
        this.future = new CallFuture<>(owner.callbacks(), null);
    }

    @Override
    public boolean enter() {
        id = owner.nextId();
        return true;
    }

    @Override
    public int prepare(long nowNanos) {
        return CallsWriter.requestSize(id, head, size);
    }

    @Override
    public void write(ByteBuf out) {
        CallsWriter.writeRequest(out, id, head, method.request(), request, size);
        owner.released();
        owner.publish(future, WRITTEN);
    }

    @Override
    public void unwritable(RuntimeException cause) {
        fail(Payloads.unwritable("request", false, cause));
    }

    @Override
    public void abandoned() {
        fail(new CallException(Outcome.WORKER_LOST, false, "the session ended before the request was written"));
    }

    private void fail(CallException failure) {
        owner.released();
        future.settleAndPublish(failure);
    }
}
