package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one data session, in both directions. Calls are made from any thread; everything else happens on the
 * session's event loop.
 */
public final class Dispatcher implements LaneTraffic {

    private final PeerId peer;
    private final DispatchSettings settings;
    private final SendQueue queue;
    private final Requests requests;
    private final PendingCalls pending;
    private final CallsReader reader;
    private final CallMaker callMaker;
    private final Completions completions;
    private final Deadlines deadlines;
    private @Nullable SessionChannel channel;

    public Dispatcher(PeerId peer, Role role, DispatchSettings settings) {
        this.peer = peer;
        this.settings = settings;
        this.reader = role == Role.SUPERVISOR ? CallsReader.ofWorker() : CallsReader.ofSupervisor();
        this.completions = new Completions(settings.callbacks());
        this.queue = new SendQueue(4 * settings.maxConcurrentCalls(), completions::hand);
        this.pending = new PendingCalls(role);
        this.requests = new Requests(this, settings);
        this.callMaker = new CallMaker(this, settings);
        this.deadlines = new Deadlines(queue);
    }

    // ---- any thread ----

    /** Calls the peer. See {@code Connection.call}. */
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
        return callMaker.call(method, request, deadline, metadata);
    }

    /** Sends a request that gets no answer. See {@code Connection.send}. */
    public <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request) {
        return callMaker.send(method, request);
    }

    /** Opens a streaming call. See {@code Connection.open}. */
    public <Q, R> CallStream<Q, R> open(MethodDescriptor<Q, R> method, Deadline deadline) {
        return callMaker.open(method, deadline);
    }

    /** Calls in flight from this side. */
    public int inFlight() {
        return callMaker.inFlight();
    }

    /** Requests accepted and not yet answered. */
    public int serving() {
        return requests.count();
    }

    /** Takes no new requests. Idempotent. */
    public void closeIngress() {
        requests.closeIngress();
        queue.run(requests::checkDrained);
    }

    /** Completes when the ingress is closed and nothing is being served. */
    public CompletableFuture<Void> drained() {
        return requests.drained();
    }

    /** Gives up what is being served; the future has how many requests that were. */
    public CompletableFuture<Integer> cancelServing() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        queue.run(() -> count.complete(requests.cancelAll()));
        return count;
    }

    void cancel(PendingCall call) {
        queue.run(call::cancelled);
    }

    void give(Outgoing message) {
        queue.give(message);
    }

    /** The same as {@link #give}, on the event loop: the message leaves when all that was read has been handled. */
    void enter(Outgoing message) {
        if (message.enter()) {
            queue.enter(message);
        }
    }

    void runOnPool(Runnable task) {
        try {
            settings.handlers().execute(task);
        } catch (RejectedExecutionException e) {
            // the pool has ended with its transport: nobody is left to be told
        }
    }

    void handlerFailed(String method, Throwable failure) {
        HandlerFailures.log(peer, method, failure);
    }

    PeerId peer() {
        return peer;
    }

    Executor callbacks() {
        return settings.callbacks();
    }

    int maxBodyBytes() {
        return settings.maxBodyBytes();
    }

    // ---- event loop ----

    @Override
    public void opened(SessionChannel openChannel) {
        channel = openChannel;
        deadlines.open(openChannel);
        queue.open(openChannel);
    }

    @Override
    public void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        reader.read(buffer, offset, length);
        int count = reader.count();
        for (int i = 0; i < count; i++) {
            checkRequest(i);
        }
        for (int i = 0; i < count; i++) {
            act(reader.message(i), buffer);
        }
    }

    /** A request comes when requests may come, and with an id that names no other call. */
    private void checkRequest(int index) throws ProtocolViolation {
        CallMessage message = reader.message(index);
        if (message.body() != CallMessage.Body.REQUEST) {
            return;
        }
        if (!settings.takesRequests().getAsBoolean()) {
            throw new ProtocolViolation(RejectReason.E_HS_ORDER, "a request before READY was reported");
        }
        long id = message.callId();
        boolean taken = requests.isServing(id);
        for (int i = 0; i < index && !taken; i++) {
            CallMessage earlier = reader.message(i);
            taken = earlier.body() == CallMessage.Body.REQUEST && earlier.callId() == id;
        }
        if (taken) {
            throw new ProtocolViolation(RejectReason.E_SEMANTIC, "a call id that is in use");
        }
    }

    private void act(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        switch (message.body()) {
            case REQUEST -> requests.take(message, buffer, open().nanoTime());
            case RESPONSE -> {
                PendingCall call = pending.remove(message.callId());
                if (call == null) {
                    dropped();
                } else {
                    call.answered(message, buffer);
                }
            }
            case CANCEL -> requests.cancel(message.callId());
            case ITEM -> {
                PendingCall call = pending.find(message.callId());
                if (call == null) {
                    requests.item(message, buffer);
                } else {
                    call.item(message, buffer);
                }
            }
            case CREDIT -> {
                PendingCall call = pending.find(message.callId());
                if (call == null) {
                    requests.credit(message);
                } else {
                    call.credit(message.creditItems());
                }
            }
            case NONE -> throw new IllegalStateException("the reader lets no empty message through");
        }
    }

    @Override
    public void readComplete() {
        queue.drain();
    }

    @Override
    public void writabilityChanged() {
        queue.drain();
    }

    @Override
    public void closed(RejectReason reason) {
        queue.close();
        for (PendingCall call : pending.removeAll()) {
            call.lost();
        }
        requests.cancelAll();
        completions.hand();
    }

    /** A message for a call that is unknown or has ended. */
    void dropped() {
        settings.observer().messageDropped(peer);
    }

    long nextId() {
        return pending.nextId();
    }

    /** A one-way request is off this side's hands. */
    void released() {
        callMaker.released();
    }

    long register(PendingCall call, long deadlineNanos) {
        long id = pending.add(call);
        watch(call, deadlineNanos);
        return id;
    }

    void watch(DeadlineWheel.Entry entry, long deadlineNanos) {
        deadlines.watch(entry, deadlineNanos);
    }

    void unwatch(DeadlineWheel.Entry entry) {
        deadlines.unwatch(entry);
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
        callMaker.released();
        settings.observer().callEnded(peer, method, outcome, nanos);
    }

    void publish(CallFuture<?> future, Object result) {
        completions.add(future, result);
    }

    void expired(ServedRequest call) {
        requests.expired(call);
    }

    /** A handler is done; false: nobody waits for the answer. */
    boolean served(ServedRequest call) {
        return requests.served(call);
    }

    void refuseRequest(long callId, Outcome outcome, boolean ran, String error) {
        queue.enter(new Refusal(callId, outcome, ran, error));
    }

    private SessionChannel open() {
        if (channel == null) {
            throw new IllegalStateException("the session is not open");
        }
        return channel;
    }
}
