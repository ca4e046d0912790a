package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallContext;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A request that this side serves: accepted on the event loop, run on the handler pool or the event loop, answered once. What
 * the handler's thread sets is handed to the event loop through the outgoing queue.
 */
final class InboundCall<Q, R> extends DeadlineWheel.Entry implements Outgoing, Runnable, CallContext {

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<InboundCall> STATE =
            AtomicIntegerFieldUpdater.newUpdater(InboundCall.class, "state");

    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int CANCELLED = 2;
    private static final byte[] NOTHING = {};

    private final Dispatcher owner;
    private final Routes.Route<Q, R> route;
    private final long id;
    private final boolean oneWay;
    private final Deadline deadline;
    private final Map<String, String> metadata;
    private final long startNanos;
    private final Q request;

    private volatile int state = WAITING;
    private @Nullable List<Runnable> cancelActions;

    private Outcome outcome = Outcome.OK;
    private @Nullable R reply;
    private int replySize;
    private String error = "";
    private byte[] details = NOTHING;

    InboundCall(
            Dispatcher owner,
            Routes.Route<Q, R> route,
            Q request,
            long id,
            boolean oneWay,
            Deadline deadline,
            Map<String, String> metadata,
            long startNanos) {
        this.owner = owner;
        this.route = route;
        this.request = request;
        this.id = id;
        this.oneWay = oneWay;
        this.deadline = deadline;
        this.metadata = metadata;
        this.startNanos = startNanos;
    }

    long id() {
        return id;
    }

    boolean oneWay() {
        return oneWay;
    }

    boolean onEventLoop() {
        return route.onEventLoop();
    }

    long startNanos() {
        return startNanos;
    }

    Outcome outcome() {
        return outcome;
    }

    @Override
    public void run() {
        if (STATE.compareAndSet(this, WAITING, RUNNING)) {
            try {
                answer(route.handler().handle(this, request));
            } catch (HandlerException e) {
                fail(e.getMessage() == null ? "" : e.getMessage(), e.details());
            } catch (Exception | LinkageError | StackOverflowError e) {
                owner.handlerFailed(route.method().name(), e);
                fail("the handler failed", NOTHING);
            }
        }
        if (route.onEventLoop()) {
            owner.enter(this);
        } else {
            owner.give(this);
        }
    }

    private void answer(@Nullable R result) {
        if (result == null) {
            fail("the handler returned nothing", NOTHING);
            return;
        }
        int size = route.method().reply().size(result);
        if (size > owner.maxBodyBytes()) {
            outcome = Outcome.TOO_LARGE;
            error = "the reply is above max_payload_bytes - 1024";
            return;
        }
        replySize = size;
        reply = result;
    }

    private void fail(String text, byte[] attached) {
        outcome = Outcome.APPLICATION_ERROR;
        error = text;
        details = attached.length > owner.maxBodyBytes() - 1024 ? NOTHING : attached;
    }

    /** Tells the handler that nobody waits. Whatever it answers is dropped. */
    void cancel() {
        List<Runnable> actions;
        synchronized (this) {
            if (state == CANCELLED) {
                return;
            }
            state = CANCELLED;
            actions = cancelActions;
            cancelActions = null;
        }
        if (actions != null) {
            actions.forEach(owner::runOnPool);
        }
    }

    @Override
    void expired() {
        cancel();
        owner.expired(this);
    }

    // what is written

    @Override
    public boolean enter() {
        return owner.served(this) && !oneWay;
    }

    @Override
    public int prepare(long nowNanos) {
        return reply != null
                ? CallsWriter.replySize(id, replySize)
                : CallsWriter.failureSize(id, outcome, true, error, details.length);
    }

    @Override
    public void write(ByteBuf out) {
        if (reply != null) {
            CallsWriter.writeReply(out, id, route.method().reply(), reply, replySize);
        } else {
            CallsWriter.writeFailure(out, id, outcome, true, error, details);
        }
    }

    @Override
    public void unwritable() {
        owner.refuseRequest(id, Outcome.APPLICATION_ERROR, "the reply could not be written");
    }

    @Override
    public void abandoned() {}

    // what the handler sees

    @Override
    public PeerId peer() {
        return owner.peer();
    }

    @Override
    public String method() {
        return route.method().name();
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public boolean isCancelled() {
        return state == CANCELLED;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (state != CANCELLED) {
                if (cancelActions == null) {
                    cancelActions = new ArrayList<>(1);
                }
                cancelActions.add(action);
                return;
            }
        }
        action.run();
    }
}
