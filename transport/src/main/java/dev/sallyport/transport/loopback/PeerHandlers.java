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

    /** Calls one more thread when something waits, none is on its way, and the limit allows. */
    private void start() {
        if (waiting.isEmpty() || running.get() >= limit || !coming.compareAndSet(false, true)) {
            return;
        }
        boolean called = false;
        try {
            threads.execute(turn);
            called = true;
        } finally {
            if (!called) {
                coming.set(false);
            }
        }
    }

    /** One thread's turn. It takes its place when it has come, so that a thread which never comes holds none. */
    private void runWaiting() {
        coming.set(false);
        boolean broken = true;
        try {
            while (!waiting.isEmpty() && claim()) {
                try {
                    drain();
                } finally {
                    // what came between the last look and this release is seen by the next look
                    running.decrementAndGet();
                }
            }
            broken = false;
        } finally {
            if (broken) {
                startAnother();
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

    private void drain() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            startAnother();
            task.run();
            // an interrupt of the handler that is done is none of the next one
            Thread.interrupted();
        }
    }

    /** A thread that comes calls the next one, so that what blocks holds up nobody, and short handlers need few threads. */
    private void startAnother() {
        try {
            start();
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // what waits has this thread, which takes it when its handler is done, or ended with the transport
        }
    }
}
