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

/** The supervisor's one thread: takes events in order, asks the state machine, and has its actions done. Nothing on it may wait. */
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

    EventLoop(SupervisorLifecycle lifecycle, Consumer<Action> actions) {
        this.lifecycle = lifecycle;
        this.actions = actions;
        this.thread = new Thread(this::run, "sallyport-supervisor");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Hands an event over. The answer completes when its actions are under way, or with what the state machine threw. */
    CompletableFuture<Void> post(SupervisorEvent event) {
        Entry entry = new Entry(event, new CompletableFuture<>());
        queue.add(entry);
        return entry.taken();
    }

    private void run() {
        while (!closed) {
            try {
                Entry entry = queue.poll(Math.max(0, lifecycle.wakeAt() - now()), TimeUnit.MILLISECONDS);
                take(entry);
            } catch (InterruptedException e) {
                // only close() means the end
                LOG.debug("interrupted");
            }
        }
    }

    private void take(@Nullable Entry entry) {
        try {
            SupervisorEvent event = entry == null ? new SupervisorEvent.Tick() : entry.event();
            lifecycle.on(event, now()).forEach(this::perform);
            if (entry != null) {
                entry.taken().complete(null);
            }
        } catch (RuntimeException e) {
            // for whoever handed the event over; a defect must not end this thread, which all others wait for
            if (entry == null || !entry.taken().completeExceptionally(e)) {
                LOG.error("the supervisor's state machine failed", e);
            }
        }
    }

    /** One action that fails must not keep the others from being done. */
    private void perform(Action action) {
        try {
            actions.accept(action);
        } catch (RuntimeException e) {
            LOG.error("{} failed", action.getClass().getSimpleName(), e);
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
