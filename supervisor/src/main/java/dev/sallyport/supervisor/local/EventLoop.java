package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.supervisor.lifecycle.SupervisorEvent;
import dev.sallyport.supervisor.lifecycle.SupervisorLifecycle;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisor's one thread: takes events in order, asks the state machine, and has its actions done. Nothing on it may wait. Nothing
 * but {@link #close()} ends it: whatever is thrown, an {@link Error} too, costs the event or the action that threw it. A time
 * that has come is behind what waited by then, and before all that comes later: events without end, which one worker can cause, hold no
 * time up.
 */
final class EventLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** An event, and who wants to know that it was taken. */
    private record Entry(SupervisorEvent event, CompletableFuture<Void> taken) {}

    private final SupervisorLifecycle lifecycle;
    private final Consumer<Action> actions;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final long origin = System.nanoTime();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean ended;

    EventLoop(SupervisorLifecycle lifecycle, Consumer<Action> actions) {
        this.lifecycle = lifecycle;
        this.actions = actions;
        this.thread = new Thread(this::run, "sallyport-supervisor");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Hands an event over. The answer completes when its actions are under way, or with what the state machine threw, or with an
     * {@link IllegalStateException} when the loop has ended.
     */
    CompletableFuture<Void> post(SupervisorEvent event) {
        Entry entry = new Entry(event, new CompletableFuture<>());
        queue.add(entry);
        if (ended) {
            refuseWaiting();
        }
        return entry.taken();
    }

    private void run() {
        try {
            while (!closed) {
                takeNext();
            }
        } finally {
            ended = true;
            refuseWaiting();
        }
    }

    private void takeNext() {
        try {
            if (lifecycle.wakeAt() <= now()) {
                takeWaiting();
                if (!closed) {
                    take(null);
                }
            }
            Entry entry = queue.poll(Math.max(0, lifecycle.wakeAt() - now()), TimeUnit.MILLISECONDS);
            if (entry != null) {
                takeUnlessClosed(entry);
            }
        } catch (InterruptedException e) {
            // only close() means the end
            LOG.debug("interrupted");
        } catch (Throwable e) {
            report("the supervisor's state machine failed", e);
        }
    }

    private void takeWaiting() {
        for (int waiting = queue.size(); waiting > 0; waiting--) {
            takeUnlessClosed(queue.remove());
        }
    }

    /** The interrupt of {@link #close()} loses to an event that comes right behind it. */
    private void takeUnlessClosed(Entry entry) {
        if (closed) {
            refuse(entry);
        } else {
            take(entry);
        }
    }

    /** Nobody will take these any more, and nobody shall wait for them. */
    private void refuseWaiting() {
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            refuse(entry);
        }
    }

    private static void refuse(Entry entry) {
        entry.taken().completeExceptionally(new IllegalStateException("the supervisor is closed"));
    }

    private void take(@Nullable Entry entry) {
        try {
            SupervisorEvent event = entry == null ? new SupervisorEvent.Tick() : entry.event();
            lifecycle.on(event, now()).forEach(this::perform);
            if (entry != null) {
                entry.taken().complete(null);
            }
        } catch (Throwable e) {
            // for whoever handed the event over; a defect must not end this thread, which all others wait for
            if (entry == null || !entry.taken().completeExceptionally(e)) {
                report("the supervisor's state machine failed", e);
            }
        }
    }

    /** One action that fails must not keep the others from being done. */
    private void perform(Action action) {
        try {
            actions.accept(action);
        } catch (Throwable e) {
            report(action.getClass().getSimpleName() + " failed", e);
        }
    }

    private static void report(String what, Throwable failure) {
        try {
            LOG.error(what, failure);
        } catch (Throwable e) {
            // a log that fails, for want of memory or by an appender's defect, is the smaller loss
        }
    }

    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - origin);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
