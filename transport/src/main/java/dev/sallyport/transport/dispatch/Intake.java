package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Judges each request of the peer as it comes, in one order: is this side still taking any, may the peer call the method, does it exist
 * in this shape, is there room. What passes is handed to its handler. Confined to the event loop.
 */
final class Intake {

    private final PeerId peer;
    private final DispatchSettings settings;
    private final Requests requests;

    Intake(PeerId peer, DispatchSettings settings, Requests requests) {
        this.peer = peer;
        this.settings = settings;
        this.requests = requests;
    }

    /** Takes a request of the peer: refuses it, or hands it to its handler. */
    void take(CallMessage message, ByteBuf buffer, long nowNanos) {
        Routes.Route<?, ?> route = settings.routes().find(message.method());
        if (requests.isIngressClosed()) {
            refuse(message, Outcome.DRAINING, "the peer is stopping");
        } else if (!settings.mayCall().test(message.method())) {
            refuse(message, Outcome.PERMISSION_DENIED, "this peer may not call " + message.method());
        } else if (route == null || !isShaped(route, message)) {
            refuse(message, Outcome.UNKNOWN_METHOD, "there is no " + message.method() + " of this shape");
        } else if (requests.isFull()) {
            refuse(message, Outcome.OVERLOADED, "max_concurrent_calls are being served, or wait to be taken");
        } else {
            serve(route, message, buffer, nowNanos);
        }
    }

    private void refuse(CallMessage message, Outcome outcome, String error) {
        if (!message.oneWay()) {
            requests.answer(message.callId(), outcome, false, error);
        }
        Routes.Route<?, ?> route = settings.routes().find(message.method());
        String method = route == null ? "" : route.method().name();
        settings.observer().requestServed(peer, method, outcome, 0);
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
                request = Payloads.read(route.method().request(), buffer, message);
            } catch (IOException | RuntimeException e) {
                refuse(message, Outcome.APPLICATION_ERROR, "the request is not what the method takes");
                return;
            }
        }
        Deadline deadline = message.timeoutMillis() == 0
                ? Deadline.afterMillis(Long.MAX_VALUE)
                : Deadline.at(nowNanos + TimeUnit.MILLISECONDS.toNanos(message.timeoutMillis()));
        ServedRequest call = newCall(route, message, request, deadline, nowNanos);
        requests.add(call, message.timeoutMillis() == 0 ? null : deadline);
        start(call, message);
    }

    private <Q, R> ServedRequest newCall(
            Routes.Route<Q, R> route, CallMessage message, @Nullable Q request, Deadline deadline, long nowNanos) {
        if (route instanceof Routes.Route.Unary<Q, R> unary && request != null) {
            return new InboundCall<>(requests, unary, request, message, deadline, nowNanos);
        }
        if (route instanceof Routes.Route.Streaming<Q, R> streaming) {
            return new InboundStream<>(requests, streaming, message, request, deadline, nowNanos);
        }
        throw new IllegalStateException("a unary request without a payload");
    }

    private void start(ServedRequest call, CallMessage message) {
        if (call.onEventLoop()) {
            call.run();
            return;
        }
        try {
            settings.handlers().execute(call);
        } catch (RejectedExecutionException e) {
            requests.forget(call);
            refuse(message, Outcome.OVERLOADED, "the handler pool takes no more");
        }
    }
}
