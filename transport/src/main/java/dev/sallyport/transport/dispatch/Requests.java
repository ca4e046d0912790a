package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.LongObjectHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The requests that this side serves, from the moment that {@link Intake} took them. One counts against the limit from being taken until its handler is done and its answer is
 * written, so that neither a peer that takes no answers nor one that gives up what it asks makes this side hold more than the
 * limit. Confined to the event loop, but for the counts and what handlers use.
 */
final class Requests {

    private final PeerId peer;
    private final DispatchSettings settings;
    private final SendQueue queue;
    private final Deadlines deadlines;
    private final LoopTime time;
    private final LongObjectHashMap<ServedRequest> byId = new LongObjectHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private int unwrittenAnswers;
    private int givenUp;
    private volatile boolean ingressClosed;
    private volatile int count;

    Requests(PeerId peer, DispatchSettings settings, SendQueue queue, Deadlines deadlines, LoopTime time) {
        this.peer = peer;
        this.settings = settings;
        this.queue = queue;
        this.deadlines = deadlines;
        this.time = time;
    }

    // ---- any thread ----

    int count() {
        return count;
    }

    boolean isIngressClosed() {
        return ingressClosed;
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

    /** Whether as many are being served, or wait to be taken, as the limit allows. */
    boolean isFull() {
        return byId.size() + givenUp + unwrittenAnswers >= settings.maxConcurrentCalls();
    }

    /**
     * One is about to be served.
     *
     * @param deadline when it is given up; null: never
     */
    void add(ServedRequest call, @Nullable Deadline deadline) {
        byId.put(call.id(), call);
        count = byId.size();
        if (deadline != null) {
            deadlines.watch(call, deadline.nanoTime());
        }
    }

    /** One ends here and now, without an answer. */
    void forget(ServedRequest call) {
        byId.remove(call.id());
        count = byId.size();
        deadlines.unwatch(call);
    }

    /** Answers in the place of a handler. */
    void answer(long callId, Outcome outcome, boolean ran, String error) {
        queue.enter(new Refusal(callId, outcome, ran, error));
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
        settings.observer().requestServed(peer, call.method(), call.outcome(), time.read() - call.startNanos());
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
        settings.observer().requestServed(peer, call.method(), outcome, time.read() - call.startNanos());
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
