package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the calls of this side, as far as the limits allow. Safe for use by many threads. */
final class CallMaker {

    private static final String TOO_LARGE = "the request is above max_payload_bytes - 1024";
    private static final String OVERLOADED = "max_concurrent_calls are in flight to this peer";

    private final Dispatcher owner;
    private final DispatchSettings settings;
    private final AtomicInteger inFlight = new AtomicInteger();

    CallMaker(Dispatcher owner, DispatchSettings settings) {
        this.owner = owner;
        this.settings = settings;
    }

    /** See {@code Connection.call}. */
    <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
        int size = method.request().size(request);
        boolean fits = Metadata.fits(metadata);
        OutboundCall<Q, R> call =
                new OutboundCall<>(owner, method, request, size, fits ? metadata : Map.of(), deadline);
        if (!fits) {
            return refuse(call.future, Outcome.TOO_LARGE, Metadata.LIMIT);
        }
        if (size > settings.maxBodyBytes()) {
            return refuse(call.future, Outcome.TOO_LARGE, TOO_LARGE);
        }
        if (deadline.isExpired()) {
            return refuse(call.future, Outcome.DEADLINE_EXCEEDED, "the deadline had passed before the call");
        }
        if (!claim()) {
            return refuse(call.future, Outcome.OVERLOADED, OVERLOADED);
        }
        owner.give(call);
        return call.future;
    }

    private static <T> CompletableFuture<T> refuse(CallFuture<T> future, Outcome outcome, String message) {
        future.settle(new CallException(outcome, false, message));
        future.publish();
        return future;
    }

    /** See {@code Connection.send}. */
    <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request) {
        int size = method.request().size(request);
        OneWay<Q> message = new OneWay<>(owner, method, request, size);
        if (size > settings.maxBodyBytes()) {
            refuse(message.future, Outcome.TOO_LARGE, TOO_LARGE);
        } else if (!claim()) {
            refuse(message.future, Outcome.OVERLOADED, OVERLOADED);
        } else {
            owner.give(message);
        }
        return message.future.thenApply(written -> null);
    }

    /** See {@code Connection.open}. */
    <Q, R> CallStream<Q, R> open(MethodDescriptor<Q, R> method, Deadline deadline) {
        if (method.shape() == MethodDescriptor.Shape.UNARY) {
            throw new IllegalArgumentException(method.name() + " is unary");
        }
        if (!claim()) {
            throw new CallException(Outcome.OVERLOADED, false, OVERLOADED);
        }
        OutboundStream<Q, R> stream = new OutboundStream<>(owner, method, deadline);
        stream.start();
        return stream;
    }

    private boolean claim() {
        if (inFlight.incrementAndGet() > settings.maxConcurrentCalls()) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A call has ended. */
    void released() {
        inFlight.decrementAndGet();
    }

    /** Calls that have not ended. */
    int inFlight() {
        return inFlight.get();
    }
}
