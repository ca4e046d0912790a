package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.SupervisorListener;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener what happens, in order, on a thread of its own: a listener that blocks holds up nobody but itself. */
final class Announcer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final long CATCH_UP_MILLIS = 1_000;

    private final SupervisorListener listener;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread listening = new Thread(task, "sallyport-listener");
        listening.setDaemon(true);
        return listening;
    });

    Announcer(SupervisorListener listener) {
        this.listener = listener;
    }

    void tell(Consumer<SupervisorListener> news) {
        try {
            thread.execute(() -> {
                try {
                    news.accept(listener);
                } catch (RuntimeException | Error e) {
                    LOG.error("the listener failed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("an event after close was dropped");
        }
    }

    /** Waits until the listener has heard all that was told before, but at most 1 s. */
    void catchUp() {
        try {
            thread.submit(() -> {}).get(CATCH_UP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("the listener is behind");
        }
    }

    @Override
    public void close() {
        catchUp();
        thread.shutdown();
    }
}
