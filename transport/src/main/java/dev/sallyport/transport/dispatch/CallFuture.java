package dev.sallyport.transport.dispatch;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Outcome;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The future of one call. The event loop settles it, which stores the outcome and wakes a waiting thread but runs no code of
 * the caller; the outcome is published to dependent stages by the waiting thread itself, or by the callback executor.
 */
final class CallFuture<R> extends CompletableFuture<R> {

    private static final AtomicReferenceFieldUpdater<CallFuture<?>, @Nullable Object> OUTCOME = updater("outcome");
    private static final AtomicReferenceFieldUpdater<CallFuture<?>, @Nullable Object> WAITER = updater("waiter");

    /** Stands for what the caller itself completed the future with; never published, since the future is complete already. */
    private static final Object ENDED_BY_CALLER =
            new CallException(Outcome.CANCELLED, true, "the caller does not wait any more");

    private final Executor callbacks;
    private final @Nullable Runnable onCancel;
    private volatile @Nullable Object outcome;
    private volatile @Nullable Object waiter;

    @SuppressWarnings("unchecked")
    private static AtomicReferenceFieldUpdater<CallFuture<?>, @Nullable Object> updater(String field) {
        return AtomicReferenceFieldUpdater.newUpdater(
                (Class<CallFuture<?>>) (Class<?>) CallFuture.class, Object.class, field);
    }

    /** @param onCancel run in the completing thread when the caller cancels or completes the future before the call has ended */
    CallFuture(Executor callbacks, @Nullable Runnable onCancel) {
        this.callbacks = callbacks;
        this.onCancel = onCancel;
    }

    /**
     * Stores the outcome, a reply or a {@link CallException}, and wakes a waiting thread. The first one wins.
     *
     * @return whether someone else has to {@link #publish} it: true when no thread was waiting
     */
    boolean settle(Object result) {
        if (!OUTCOME.compareAndSet(this, null, result)) {
            return false;
        }
        Object thread = waiter;
        if (thread == null) {
            return true;
        }
        LockSupport.unpark((Thread) thread);
        return false;
    }

    /** Settles and publishes through the callback executor where no thread waits. */
    void settleAndPublish(Object result) {
        if (settle(result)) {
            try {
                callbacks.execute(this::publish);
            } catch (RejectedExecutionException e) {
                // the executor ended with its transport: the outcome must still arrive
                publish();
            }
        }
    }

    /** Completes the stages that depend on this future, in the calling thread. Idempotent. */
    @SuppressWarnings("unchecked")
    void publish() {
        Object result = outcome;
        if (result instanceof CallException failure) {
            super.completeExceptionally(failure);
        } else if (result != null) {
            super.complete((R) result);
        }
    }

    @Override
    public R get() throws InterruptedException, ExecutionException {
        if (await(0)) {
            publish();
        }
        return super.get();
    }

    @Override
    public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        if (await(end == 0 ? 1 : end)) {
            publish();
        }
        return super.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    @Override
    public R join() {
        try {
            if (await(0)) {
                publish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return super.join();
    }

    @Override
    public boolean isDone() {
        publish();
        return super.isDone();
    }

    @Override
    public boolean isCompletedExceptionally() {
        publish();
        return super.isCompletedExceptionally();
    }

    @Override
    public R getNow(R valueIfAbsent) {
        publish();
        return super.getNow(valueIfAbsent);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        completeExceptionally(new CancellationException());
        return super.isCancelled();
    }

    /** The caller has a value without the peer: the call is cancelled. */
    @Override
    public boolean complete(R value) {
        publish();
        return ended(super.complete(value));
    }

    /** The caller gives up, as {@code orTimeout} does too: the call is cancelled. */
    @Override
    public boolean completeExceptionally(Throwable cause) {
        publish();
        return ended(super.completeExceptionally(cause));
    }

    /** @param byCaller whether the caller was first: then nobody waits for the peer any more */
    private boolean ended(boolean byCaller) {
        if (byCaller) {
            if (OUTCOME.compareAndSet(this, null, ENDED_BY_CALLER)) {
                wakeWaiter();
            }
            if (onCancel != null) {
                onCancel.run();
            }
        }
        return byCaller;
    }

    private void wakeWaiter() {
        Object thread = waiter;
        if (thread != null) {
            LockSupport.unpark((Thread) thread);
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    @Override
    public Executor defaultExecutor() {
        return callbacks;
    }

    /**
     * Parks until the call is settled. Only one thread takes the short way; a second one returns at once and waits inside the
     * superclass, which the first one completes.
     *
     * @param endNanos 0 for no limit of its own
     * @return whether an outcome is there
     */
    private boolean await(long endNanos) throws InterruptedException {
        if (outcome != null || !WAITER.compareAndSet(this, null, Thread.currentThread())) {
            return outcome != null;
        }
        try {
            while (outcome == null) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (endNanos == 0) {
                    LockSupport.park(this);
                } else if (endNanos - System.nanoTime() <= 0) {
                    return false;
                } else {
                    LockSupport.parkNanos(this, endNanos - System.nanoTime());
                }
            }
            return true;
        } finally {
            waiter = null;
            // settle() may have left the publishing to this thread, which gives up waiting
            if (outcome != null) {
                publish();
            }
        }
    }
}
