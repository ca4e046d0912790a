package dev.sallyport.transport.loopback;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the handlers of one peer, on threads that all peers share but on so many at once at most, so that no peer can keep the
 * handlers from another (docs/adr/0073). Lives as long as the peer, not its sessions: a peer that connects again has no more. What waits is
 * bounded by the limit on concurrent calls. Safe for use by many threads.
 */
final class PeerHandlers implements Executor {

    private final Executor threads;
    private final int limit;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final Runnable turn = this::runWaiting;

    /** @param threads always has one more */
    PeerHandlers(Executor threads, int limit) {
        this.threads = threads;
        this.limit = limit;
    }

    /** @throws RejectedExecutionException when there is no thread for it: the transport has closed, or the system gives none */
    @Override
    public void execute(Runnable task) {
        waiting.add(task);
        try {
            start();
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            if (waiting.remove(task)) {
                throw new RejectedExecutionException("no thread for a handler", e);
            }
        }
    }

    /** Takes one more thread when something waits and the limit allows. */
    private void start() {
        if (waiting.isEmpty() || !claim()) {
            return;
        }
        boolean started = false;
        try {
            threads.execute(turn);
            started = true;
        } finally {
            if (!started) {
                running.decrementAndGet();
            }
        }
    }

    private boolean claim() {
        int now = running.get();
        while (now < limit) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    private void runWaiting() {
        try {
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
                task.run();
                // an interrupt of the handler that is done is none of the next one
                Thread.interrupted();
            }
        } finally {
            running.decrementAndGet();
            startForWhatCameLast();
        }
    }

    /** What came between the last look and the release saw the limit taken. */
    private void startForWhatCameLast() {
        try {
            start();
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // it waits for the next request of the peer, or ended with the transport
        }
    }
}
