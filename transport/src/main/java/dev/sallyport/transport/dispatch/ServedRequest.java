package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallContext;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.HandlerException;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A request that this side serves: accepted on the event loop, run by its handler, ended once. What the handler's thread sets
 * is handed to the event loop through the outgoing queue.
 */
abstract class ServedRequest extends DeadlineWheel.Entry implements Outgoing, Runnable, CallContext {

    static final byte[] NOTHING = {};

    private static final AtomicIntegerFieldUpdater<ServedRequest> STATE =
            AtomicIntegerFieldUpdater.newUpdater(ServedRequest.class, "state");
    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int CANCELLED = 2;

    /** Room for the error text and framing of a response beside its details. */
    private static final int FAILURE_RESERVE = 1024;

    final Requests owner;
    private final MethodDescriptor<?, ?> method;
    private final long id;
    private final boolean oneWay;
    private final Deadline deadline;
    private final Map<String, String> metadata;
    private final long startNanos;
    private volatile int state = WAITING;
    private @Nullable List<Runnable> cancelActions;
    private boolean ran;
    private Outcome outcome = Outcome.OK;
    private String error = "";
    private byte[] details = NOTHING;

    /** @param message read here, not kept */
    ServedRequest(
            Requests owner, MethodDescriptor<?, ?> method, CallMessage message, Deadline deadline, long startNanos) {
        this.owner = owner;
        this.method = method;
        this.id = message.callId();
        this.oneWay = message.oneWay();
        this.deadline = deadline;
        this.metadata = message.metadata();
        this.startNanos = startNanos;
    }

    final long id() {
        return id;
    }

    final boolean oneWay() {
        return oneWay;
    }

    final long startNanos() {
        return startNanos;
    }

    final Outcome outcome() {
        return outcome;
    }

    /** Whether the handler runs on the event loop. */
    boolean onEventLoop() {
        return false;
    }

    // ---- the handler's thread ----

    @Override
    public final void run() {
        if (STATE.compareAndSet(this, WAITING, RUNNING)) {
            try {
                serve();
            } catch (HandlerException e) {
                fail(Outcome.APPLICATION_ERROR, e.getMessage() == null ? "" : e.getMessage(), e.details());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(Outcome.APPLICATION_ERROR, "the handler was interrupted", NOTHING);
            } catch (Exception | Error e) {
                owner.handlerFailed(method.name(), e);
                fail(Outcome.APPLICATION_ERROR, "the handler failed", NOTHING);
            }
        }
        if (onEventLoop()) {
            owner.enter(this);
        } else {
            owner.give(this);
        }
    }

    /** Runs the handler. */
    abstract void serve() throws Exception;

    final void fail(Outcome failure, String text, byte[] attached) {
        outcome = failure;
        error = text;
        details = attached.length > owner.maxBodyBytes() - FAILURE_RESERVE ? NOTHING : attached;
    }

    // ---- the event loop ----

    /** An item of the peer; those of a request that is not a stream are dropped. */
    void item(CallMessage message, ByteBuf buffer) throws ProtocolViolation {
        owner.dropped();
    }

    /** The peer takes further items. */
    void credit(long items) {
        owner.dropped();
    }

    /** Of a cancelled request: whether its handler had begun. */
    final boolean ran() {
        return ran;
    }

    /** The handler will never begin: what it was to get is not held until its turn would have come. */
    abstract void release();

    /** Tells the handler that nobody waits. Whatever it answers is dropped. */
    void cancel() {
        List<Runnable> actions;
        synchronized (this) {
            if (state == CANCELLED) {
                return;
            }
            ran = STATE.getAndSet(this, CANCELLED) == RUNNING;
            actions = cancelActions;
            cancelActions = null;
        }
        if (!ran) {
            release();
        }
        if (actions != null) {
            actions.forEach(owner::runCancelAction);
        }
    }

    @Override
    final void expired() {
        owner.expired(this);
    }

    // ---- the response ----

    @Override
    public final boolean enter() {
        return owner.served(this);
    }

    @Override
    public final int prepare(long nowNanos) {
        return outcome == Outcome.OK ? replySize() : CallsWriter.failureSize(id, outcome, true, error, details.length);
    }

    @Override
    public final void write(ByteBuf out) {
        if (outcome == Outcome.OK) {
            writeReply(out);
        } else {
            CallsWriter.writeFailure(out, id, outcome, true, error, details);
        }
        owner.written();
    }

    abstract int replySize();

    abstract void writeReply(ByteBuf out);

    @Override
    public final void unwritable(RuntimeException cause) {
        owner.unwritable(this, cause);
    }

    @Override
    public final void abandoned() {}

    // ---- what the handler sees ----

    @Override
    public final PeerId peer() {
        return owner.peer();
    }

    @Override
    public final String method() {
        return method.name();
    }

    @Override
    public final Deadline deadline() {
        return deadline;
    }

    @Override
    public final Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public final boolean isCancelled() {
        return state == CANCELLED;
    }

    @Override
    public final void onCancel(Runnable action) {
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
