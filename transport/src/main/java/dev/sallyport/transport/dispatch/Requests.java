package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The requests that this side serves. One counts against the limit from being taken until its handler is done and its answer is
 * written, so that neither a peer that takes no answers nor one that gives up what it asks makes this side hold more than the
 * limit. Confined to the event loop, but for the counts and what handlers use.
 */
final class Requests {

    private final PeerId peer;
    private final DispatchSettings settings;
    private final SendQueue queue;
    private final Deadlines deadlines;
    private final LongObjectHashMap<ServedRequest> byId = new LongObjectHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private int unwrittenAnswers;
    private int givenUp;
    private volatile boolean ingressClosed;
    private volatile int count;

    Requests(PeerId peer, DispatchSettings settings, SendQueue queue, Deadlines deadlines) {
        this.peer = peer;
        this.settings = settings;
        this.queue = queue;
        this.deadlines = deadlines;
    }

    // ---- any thread ----

    int count() {
        return count;
    }

    void closeIngress() {
        ingressClosed = true;
        queue.run(this::checkDrained);
    }

    CompletableFuture<Void> drained() {
        return drained;
    }

    PeerId peer() {
        return peer;
    }

    int maxBodyBytes() {
        return settings.maxBodyBytes();
    }

    void give(Outgoing message) {
        queue.give(message);
    }

    /** Runs an action that a handler registered for the end of its call. */
    void runCancelAction(Runnable action) {
        try {
            settings.cancelActions().execute(action);
        } catch (RejectedExecutionException e) {
            // the pool has ended with its transport: nobody is left to be told
        }
    }

    void handlerFailed(String method, Throwable failure) {
        HandlerFailures.log(peer, method, failure);
    }

    // ---- event loop ----

    /** The same as {@link #give}: the message leaves when all that was read has been handled. */
    void enter(Outgoing message) {
        if (message.enter()) {
            queue.enter(message);
        }
    }

    boolean isServing(long id) {
        return byId.containsKey(id);
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
        } else if (byId.size() + givenUp + unwrittenAnswers >= settings.maxConcurrentCalls()) {
            refuse(message, Outcome.OVERLOADED, "max_concurrent_calls are being served, or wait to be taken");
        } else {
            serve(route, message, buffer, nowNanos);
        }
    }

    private void refuse(CallMessage message, Outcome outcome, String error) {
        if (!message.oneWay()) {
            answer(message.callId(), outcome, false, error);
        }
        Routes.Route<?, ?> route = settings.routes().find(message.method());
        String method = route == null ? "" : route.method().name();
        settings.observer().requestServed(peer, method, outcome, 0);
    }

    /** Answers in the place of a handler. */
    private void answer(long callId, Outcome outcome, boolean ran, String error) {
        queue.enter(new Refusal(callId, outcome, ran, error));
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
        long timeout = message.timeoutMillis() == 0 ? Long.MAX_VALUE : message.timeoutMillis();
        Deadline deadline = Deadline.afterMillis(timeout);
        ServedRequest call = newCall(route, message, request, deadline, nowNanos);
        byId.put(call.id(), call);
        count = byId.size();
        if (message.timeoutMillis() != 0) {
            deadlines.watch(call, deadline.nanoTime());
        }
        start(call, message);
    }

    private <Q, R> ServedRequest newCall(
            Routes.Route<Q, R> route, CallMessage message, @Nullable Q request, Deadline deadline, long nowNanos) {
        if (route instanceof Routes.Route.Unary<Q, R> unary && request != null) {
            return new InboundCall<>(this, unary, request, message, deadline, nowNanos);
        }
        if (route instanceof Routes.Route.Streaming<Q, R> streaming) {
            return new InboundStream<>(this, streaming, message, request, deadline, nowNanos);
        }
        throw new IllegalStateException("a unary request without a payload");
    }

    /** An item for a request that streams. */
    void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        ServedRequest call = byId.get(message.callId());
        if (call == null) {
            dropped();
        } else {
            call.item(message, buffer);
        }
    }

    /** Credit for the replies of a request. */
    void credit(CallMessage message) {
        ServedRequest call = byId.get(message.callId());
        if (call == null) {
            dropped();
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

    /** A message for a request that is unknown or has ended. */
    void dropped() {
        settings.observer().messageDropped(peer);
    }

    /** A handler is done; false: the call was cancelled or has expired, or is one-way, and nobody waits. */
    boolean served(ServedRequest call) {
        if (byId.get(call.id()) != call) {
            givenUp--;
            return false;
        }
        forget(call);
        settings.observer().requestServed(peer, call.method(), call.outcome(), System.nanoTime() - call.startNanos());
        if (call.oneWay()) {
            return false;
        }
        unwrittenAnswers++;
        return true;
    }

    /** An answer of a handler was written. */
    void written() {
        unwrittenAnswers--;
    }

    /** An answer of a handler could not be written. */
    void unwritable(ServedRequest call, RuntimeException cause) {
        handlerFailed(call.method(), cause);
        unwrittenAnswers--;
        answer(call.id(), Outcome.APPLICATION_ERROR, true, "the reply could not be written");
    }

    /** One of the replies of a stream could not be written: the call does not end as if its caller had them all. */
    void itemUnwritable(ServedRequest call, RuntimeException cause) {
        handlerFailed(call.method(), cause);
        String error = "a reply could not be written";
        if (byId.get(call.id()) == call) {
            giveUp(call, Outcome.APPLICATION_ERROR);
            answer(call.id(), Outcome.APPLICATION_ERROR, true, error);
        } else {
            // the handler is done, and its answer waits behind the item
            call.fail(Outcome.APPLICATION_ERROR, error, ServedRequest.NOTHING);
        }
    }

    /** The peer's caller gave up. */
    void cancel(long id) {
        ServedRequest call = byId.get(id);
        if (call == null) {
            dropped();
        } else {
            giveUp(call, Outcome.CANCELLED);
        }
    }

    /** The deadline passed: the caller has its outcome already. */
    void expired(ServedRequest call) {
        if (byId.get(call.id()) == call) {
            giveUp(call, Outcome.DEADLINE_EXCEEDED);
        }
    }

    /** Gives up everything that is being served and tells the callers. */
    int cancelAll() {
        List<ServedRequest> all = List.copyOf(byId.values());
        for (ServedRequest call : all) {
            giveUp(call, Outcome.CANCELLED);
            if (!call.oneWay()) {
                answer(call.id(), Outcome.CANCELLED, call.ran(), "the peer gave the request up");
            }
        }
        return all.size();
    }

    /** Nobody waits for the answer any more; the handler goes on, or has yet to begin. */
    private void giveUp(ServedRequest call, Outcome outcome) {
        forget(call);
        givenUp++;
        call.cancel();
        settings.observer().requestServed(peer, call.method(), outcome, System.nanoTime() - call.startNanos());
    }

    private void forget(ServedRequest call) {
        byId.remove(call.id());
        count = byId.size();
        deadlines.unwatch(call);
    }

    /** The session has ended: nobody waits, and no answer will be written. */
    void closed() {
        cancelAll();
        unwrittenAnswers = 0;
        checkDrained();
    }

    /** Completes the drain when nothing is left. What hangs on it may end the session: not while a frame is being written. */
    void checkDrained() {
        if (ingressClosed && byId.isEmpty() && unwrittenAnswers == 0) {
            drained.complete(null);
        }
    }
}
