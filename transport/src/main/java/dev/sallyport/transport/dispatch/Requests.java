package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The requests that this side serves. Confined to the event loop, but for the counts. */
final class Requests {

    private final Dispatcher owner;
    private final DispatchSettings settings;
    private final LongObjectHashMap<ServedRequest> byId = new LongObjectHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean ingressClosed;
    private volatile int count;

    Requests(Dispatcher owner, DispatchSettings settings) {
        this.owner = owner;
        this.settings = settings;
    }

    int count() {
        return count;
    }

    boolean isServing(long id) {
        return byId.containsKey(id);
    }

    void closeIngress() {
        ingressClosed = true;
    }

    CompletableFuture<Void> drained() {
        return drained;
    }

    /** Takes a request of the peer: refuses it, or hands it to its handler. */
    void take(CallMessage message, ByteBuf buffer, long nowNanos) {
        Routes.Route<?, ?> route = settings.routes().find(message.method());
        if (ingressClosed) {
            refuse(message, Outcome.DRAINING, "the peer is stopping");
        } else if (!settings.mayCall().test(message.method())) {
            refuse(message, Outcome.PERMISSION_DENIED, "this peer may not call the method");
        } else if (route == null || !isShaped(route, message)) {
            refuse(message, Outcome.UNKNOWN_METHOD, "there is no such method of this shape");
        } else if (byId.size() >= settings.maxConcurrentCalls()) {
            refuse(message, Outcome.OVERLOADED, "max_concurrent_calls are being served");
        } else {
            serve(route, message, buffer, nowNanos);
        }
    }

    private void refuse(CallMessage message, Outcome outcome, String error) {
        if (!message.oneWay()) {
            owner.refuseRequest(message.callId(), outcome, false, error);
        }
        settings.observer().requestServed(owner.peer(), message.method(), outcome, 0);
    }

    private static boolean isShaped(Routes.Route<?, ?> route, CallMessage message) {
        MethodDescriptor.Shape shape = route.method().shape();
        return message.requestStream() == shape.streamsRequests()
                && message.responseStream() == shape.streamsReplies()
                && !(message.oneWay() && shape != MethodDescriptor.Shape.UNARY);
    }

    private <Q, R> void serve(Routes.Route<Q, R> route, CallMessage message, ByteBuf buffer, long nowNanos) {
        Q request = null;
        if (!message.requestStream()) {
            try {
                request = route.method().request().read(Payloads.view(buffer, message));
            } catch (IOException | RuntimeException e) {
                refuse(message, Outcome.APPLICATION_ERROR, "the request is not what the method takes");
                return;
            }
        }
        long timeout = message.timeoutMillis() == 0 ? Long.MAX_VALUE : message.timeoutMillis();
        Deadline deadline = Deadline.afterMillis(timeout);
        ServedRequest call = newCall(route, message, request, deadline, nowNanos);
        byId.put(call.id(), call);
        count = byId.size();
        if (message.timeoutMillis() != 0) {
            owner.watch(call, deadline.nanoTime());
        }
        start(call, message);
    }

    private <Q, R> ServedRequest newCall(
            Routes.Route<Q, R> route, CallMessage message, @Nullable Q request, Deadline deadline, long nowNanos) {
        if (route instanceof Routes.Route.Unary<Q, R> unary && request != null) {
            return new InboundCall<>(owner, unary, request, message, deadline, nowNanos);
        }
        if (route instanceof Routes.Route.Streaming<Q, R> streaming) {
            return new InboundStream<>(owner, streaming, message, request, deadline, nowNanos);
        }
        throw new IllegalStateException("a unary request without a payload");
    }

    /** An item for a request that streams. */
    void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        ServedRequest call = byId.get(message.callId());
        if (call == null) {
            owner.dropped();
        } else {
            call.item(message, buffer);
        }
    }

    /** Credit for the replies of a request. */
    void credit(CallMessage message) {
        ServedRequest call = byId.get(message.callId());
        if (call == null) {
            owner.dropped();
        } else {
            call.credit(message.creditItems());
        }
    }

    private void start(ServedRequest call, CallMessage message) {
        if (call.onEventLoop()) {
            call.run();
            return;
        }
        try {
            settings.handlers().execute(call);
        } catch (RejectedExecutionException e) {
            forget(call);
            refuse(message, Outcome.OVERLOADED, "the handler pool takes no more");
        }
    }

    /** A handler is done; false: the call was cancelled or has expired, and nobody waits. */
    boolean served(ServedRequest call) {
        if (byId.get(call.id()) != call) {
            return false;
        }
        forget(call);
        settings.observer()
                .requestServed(owner.peer(), call.method(), call.outcome(), System.nanoTime() - call.startNanos());
        return true;
    }

    /** The peer's caller gave up. */
    void cancel(long id) {
        ServedRequest call = byId.get(id);
        if (call != null) {
            forget(call);
            call.cancel();
            ended(call, Outcome.CANCELLED);
        }
    }

    /** The deadline passed: the caller has its outcome already. */
    void expired(ServedRequest call) {
        if (byId.get(call.id()) == call) {
            forget(call);
            ended(call, Outcome.DEADLINE_EXCEEDED);
        }
    }

    /** Gives up everything that is being served and tells the callers. */
    int cancelAll() {
        List<ServedRequest> all = List.copyOf(byId.values());
        for (ServedRequest call : all) {
            forget(call);
            call.cancel();
            ended(call, Outcome.CANCELLED);
            if (!call.oneWay()) {
                owner.refuseRequest(call.id(), Outcome.CANCELLED, call.ran(), "the peer gave the request up");
            }
        }
        return all.size();
    }

    private void ended(ServedRequest call, Outcome outcome) {
        settings.observer().requestServed(owner.peer(), call.method(), outcome, System.nanoTime() - call.startNanos());
    }

    private void forget(ServedRequest call) {
        byId.remove(call.id());
        count = byId.size();
        owner.unwatch(call);
        checkDrained();
    }

    /** Completes the drain when nothing is left. */
    void checkDrained() {
        if (ingressClosed && byId.isEmpty()) {
            drained.complete(null);
        }
    }
}
