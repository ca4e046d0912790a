package dev.sallyport.transport.loopback;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** A thread is on its way and will see all that waits: another one would come for nothing. */
    private final AtomicBoolean coming = new AtomicBoolean();

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

    /** Takes one more thread when something waits, none is on its way, and the limit allows. */
    private void start() {
        while (!waiting.isEmpty() && running.get() < limit && coming.compareAndSet(false, true)) {
            // only who holds the flag adds to the count
            if (running.get() < limit) {
                takeThread();
                return;
            }
            coming.set(false);
        }
    }

    private void takeThread() {
        boolean taken = false;
        running.incrementAndGet();
        try {
            threads.execute(turn);
            taken = true;
        } finally {
            if (!taken) {
                running.decrementAndGet();
                coming.set(false);
            }
        }
    }

    private void runWaiting() {
        coming.set(false);
        try {
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
                startAnother();
                task.run();
                // an interrupt of the handler that is done is none of the next one
                Thread.interrupted();
            }
        } finally {
            running.decrementAndGet();
            // what came between the last look and the release may have seen the limit taken
            startAnother();
        }
    }

    /** A thread that comes calls the next one, so that what blocks holds up nobody, and short handlers need few threads. */
    private void startAnother() {
        try {
            start();
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // it waits for a thread that is busy or for the next request of the peer, or ended with the transport
        }
    }
}
