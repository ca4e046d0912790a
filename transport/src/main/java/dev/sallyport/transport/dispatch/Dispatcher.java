package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
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

/**
 * The calls of one data session, in both directions. Calls are made from any thread; everything else happens on the
 * session's event loop.
 */
public final class Dispatcher implements LaneTraffic {

    /**
     * What so many received messages caused leaves before more is read, so that the peer works on it while this end goes on: with the
     * answers of a long read kept to its end, the two ends take turns (docs/adr/0052). As many as one frame holds, so that leaving
     * early costs no further tag.
     */
    private static final int DRAIN_MESSAGES = SendQueue.FRAME_TARGET_MESSAGES;

    private final DispatchSettings settings;
    private final CallsReader reader;
    private final LoopTime time = new LoopTime();
    private final Completions completions;
    private final SendQueue queue;
    private final Deadlines deadlines;
    private final CallMaker callMaker;
    private final Requests requests;
    private final Intake intake;
    private int handledMessages;

    public Dispatcher(PeerId peer, Role role, DispatchSettings settings) {
        this.settings = settings;
        this.reader = role == Role.SUPERVISOR ? CallsReader.ofWorker() : CallsReader.ofSupervisor();
        this.completions = new Completions(settings.callbacks());
        this.queue = new SendQueue(4 * settings.maxConcurrentCalls(), this::afterDrain);
        this.deadlines = new Deadlines(queue);
        this.callMaker = new CallMaker(peer, role, settings, queue, deadlines, completions, time);
        this.requests = new Requests(peer, settings, queue, deadlines, time);
        this.intake = new Intake(peer, settings, requests);
    }

    // ---- any thread ----

    /** Calls the peer. See {@code Connection.call}. */
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
        return callMaker.call(method, request, deadline, metadata);
    }

    /** Sends a request that gets no answer. See {@code Connection.send}. */
    public <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request, Map<String, String> metadata) {
        return callMaker.send(method, request, metadata);
    }

    /** Opens a streaming call. See {@code Connection.open}. */
    public <Q, R> CallStream<Q, R> open(
            MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> metadata) {
        return callMaker.open(method, deadline, metadata);
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
    }

    /** Completes when the ingress is closed, nothing is being served, and the answers are written. */
    public CompletableFuture<Void> drained() {
        return requests.drained();
    }

    /** Gives up what is being served; the future has how many requests that were. */
    public CompletableFuture<Integer> cancelServing() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        queue.run(() -> count.complete(requests.cancelAll()));
        return count;
    }

    // ---- event loop ----

    @Override
    public void opened(SessionChannel openChannel) {
        deadlines.open(openChannel);
        queue.open(openChannel);
    }

    @Override
    public void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        time.read();
        reader.read(buffer, offset, length);
        int count = reader.count();
        for (int i = 0; i < count; i++) {
            checkRequest(i);
        }
        // what acts may end the session: then nothing behind it acts any more
        for (int i = 0; i < count && queue.isOpen(); i++) {
            act(reader.message(i), buffer);
        }
        handledMessages += count;
        if (handledMessages >= DRAIN_MESSAGES) {
            drain();
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
            case REQUEST -> intake.take(message, buffer, time.last());
            case RESPONSE -> callMaker.answered(message, buffer);
            case CANCEL -> requests.cancel(message.callId());
            case ITEM -> {
                PendingCall call = callMaker.find(message.callId());
                if (call == null) {
                    requests.item(message, buffer);
                } else {
                    call.item(message, buffer);
                }
            }
            case CREDIT -> {
                PendingCall call = callMaker.find(message.callId());
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
        drain();
    }

    /** Behind every drain, when no frame is being written. */
    private void afterDrain() {
        completions.hand();
        requests.checkDrained();
    }

    private void drain() {
        handledMessages = 0;
        queue.drain();
    }

    @Override
    public void writabilityChanged() {
        queue.drain();
    }

    @Override
    public void closed(RejectReason reason) {
        queue.close();
        callMaker.lost();
        requests.closed();
        completions.hand();
    }
}
