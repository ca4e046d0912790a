package dev.sallyport.supervisor.local;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a supervisor that may wait: as many as there is to wait for, gone after a minute without work. */
final class IoThreads {

    private IoThreads() {}

    static ExecutorService create() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sallyport-supervisor-io-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
