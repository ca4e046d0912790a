package dev.sallyport.transport.loopback;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads beside the event loops. What may wait in their queues is bounded by the limits on concurrent calls. */
final class Pools {

    private static final long IDLE_SECONDS = 30;

    private Pools() {}

    /** Threads for handlers that may block: one more whenever all are busy, since {@link PeerHandlers} bounds them for each peer. */
    static ExecutorService handlers() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("sallyport-handler", true));
    }

    /** Runs what handlers registered for cancellation: handlers may wait for it, so it never waits for their threads. */
    static ExecutorService cancelActions() {
        return pool("sallyport-cancel", Runtime.getRuntime().availableProcessors());
    }

    /** Runs what depends on the futures of calls. */
    static ExecutorService callbacks() {
        return pool("sallyport-callback", Runtime.getRuntime().availableProcessors());
    }

    private static ExecutorService pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
