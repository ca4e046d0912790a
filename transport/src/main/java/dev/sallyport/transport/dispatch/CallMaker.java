package dev.sallyport.transport.dispatch;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.session.Role;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls that this side makes, as far as the limits allow. They are made from any thread; what becomes of them is decided on the
 * event loop.
 */
final class CallMaker {

    private static final String TOO_LARGE = "the request is above max_payload_bytes - 1024";
    private static final String OVERLOADED = "max_concurrent_calls are in flight to this peer";
    private static final String EXPIRED = "the deadline had passed before the call";

    private final PeerId peer;
    private final DispatchSettings settings;
    private final SendQueue queue;
    private final Deadlines deadlines;
    private final Completions completions;
    private final LoopTime time;
    private final PendingCalls pending;
    private final AtomicInteger inFlight = new AtomicInteger();

    CallMaker(
            PeerId peer,
            Role role,
            DispatchSettings settings,
            SendQueue queue,
            Deadlines deadlines,
            Completions completions,
            LoopTime time) {
        this.peer = peer;
        this.settings = settings;
        this.queue = queue;
        this.deadlines = deadlines;
        this.completions = completions;
        this.time = time;
        this.pending = new PendingCalls(role);
    }

    // ---- any thread ----

    /** See {@code Connection.call}. */
    <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> attached) {
        int size = method.request().size(request);
        // read again on the event loop, when the caller may have changed its own
        Map<String, String> metadata = Map.copyOf(attached);
        String tooLarge = tooLarge(method, metadata, size);
        long now = System.nanoTime();
        OutboundCall<Q, R> call =
                new OutboundCall<>(this, method, request, size, tooLarge == null ? metadata : Map.of(), deadline, now);
        if (tooLarge != null) {
            return refuse(call.future, Outcome.TOO_LARGE, tooLarge);
        }
        if (deadline.nanoTime() - now <= 0) {
            return refuse(call.future, Outcome.DEADLINE_EXCEEDED, EXPIRED);
        }
        if (!claim()) {
            return refuse(call.future, Outcome.OVERLOADED, OVERLOADED);
        }
        give(call);
        return call.future;
    }

    /** What does not fit into a frame, or null. */
    private @Nullable String tooLarge(MethodDescriptor<?, ?> method, Map<String, String> metadata, int size) {
        if (size > settings.maxBodyBytes()) {
            return TOO_LARGE;
        }
        return Metadata.refusal(method.name(), metadata, size, settings.maxBodyBytes() + WireSpec.UNARY_RESERVE);
    }

    private static <T> CompletableFuture<T> refuse(CallFuture<T> future, Outcome outcome, String message) {
        future.settle(new CallException(outcome, false, message));
        future.publish();
        return future;
    }

    /** See {@code Connection.send}. */
    <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request, Map<String, String> attached) {
        int size = method.request().size(request);
        Map<String, String> metadata = Map.copyOf(attached);
        String tooLarge = tooLarge(method, metadata, size);
        OneWay<Q> message = new OneWay<>(this, method, request, size, tooLarge == null ? metadata : Map.of());
        if (tooLarge != null) {
            refuse(message.future, Outcome.TOO_LARGE, tooLarge);
        } else if (!claim()) {
            refuse(message.future, Outcome.OVERLOADED, OVERLOADED);
        } else {
            give(message);
        }
        return message.future.thenApply(written -> null);
    }

    /** See {@code Connection.open}. */
    <Q, R> CallStream<Q, R> open(MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> attached) {
        if (method.shape() == MethodDescriptor.Shape.UNARY) {
            throw new IllegalArgumentException(method.name() + " is unary");
        }
        Map<String, String> metadata = Map.copyOf(attached);
        // the largest request fits beside them: which one it will be is not known yet
        String tooLarge = tooLarge(method, metadata, settings.maxBodyBytes());
        if (tooLarge != null) {
            throw new CallException(Outcome.TOO_LARGE, false, tooLarge);
        }
        if (deadline.isExpired()) {
            throw new CallException(Outcome.DEADLINE_EXCEEDED, false, EXPIRED);
        }
        if (!claim()) {
            throw new CallException(Outcome.OVERLOADED, false, OVERLOADED);
        }
        OutboundStream<Q, R> stream = new OutboundStream<>(this, method, deadline, metadata);
        queue.run(() -> opened(stream));
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

    /** Calls that have not ended. */
    int inFlight() {
        return inFlight.get();
    }

    void cancel(PendingCall call) {
        queue.run(call::cancelled);
    }

    void give(Outgoing message) {
        queue.give(message);
    }

    Executor callbacks() {
        return settings.callbacks();
    }

    int maxBodyBytes() {
        return settings.maxBodyBytes();
    }

    /** A call has ended, or a one-way request is off this side's hands. */
    void released() {
        inFlight.decrementAndGet();
    }

    // ---- event loop ----

    long nextId() {
        return pending.nextId();
    }

    /** Gives the call its id and begins to watch its deadline. */
    long register(PendingCall call, long deadlineNanos) {
        long id = pending.add(call);
        deadlines.watch(call, deadlineNanos);
        return id;
    }

    /** A stream counts from now on, and ends at its deadline or with the session, whether its caller sends anything or not. */
    private void opened(OutboundStream<?, ?> stream) {
        if (queue.isOpen()) {
            stream.enter();
        } else {
            stream.lost();
        }
    }

    /** When the frame came that is being handled. */
    long frameNanos() {
        return time.last();
    }

    /** The call of this id that has not ended, or null. */
    @Nullable
    PendingCall find(long id) {
        return pending.find(id);
    }

    /** The response of a call came. */
    void answered(CallMessage response, ByteBuf buffer) {
        PendingCall call = pending.remove(response.callId());
        if (call == null) {
            dropped();
        } else {
            call.answered(response, buffer);
        }
    }

    /** A message for a call that is unknown or has ended. */
    void dropped() {
        settings.observer().messageDropped(peer);
    }

    /** The caller does not wait any more; a peer that has the request is told. */
    void giveUp(PendingCall call, boolean written) {
        pending.remove(call.id());
        if (written && queue.isOpen()) {
            queue.enter(new Cancellation(call.id(), "the caller gave up"));
        }
    }

    void ended(PendingCall call, String method, Outcome outcome, long nanos) {
        deadlines.unwatch(call);
        released();
        settings.observer().callEnded(peer, method, outcome, nanos);
    }

    void publish(CallFuture<?> future, Object result) {
        completions.add(future, result);
    }

    /** The session has ended. */
    void lost() {
        for (PendingCall call : pending.removeAll()) {
            call.lost();
        }
    }
}
