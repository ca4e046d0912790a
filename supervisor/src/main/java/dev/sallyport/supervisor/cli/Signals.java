package dev.sallyport.supervisor.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What makes SIGTERM and Ctrl-C end a run. */
@FunctionalInterface
interface Signals {

    /** How long a run that was stopped from outside may take to report, before the process ends without. */
    int LAST_WORDS_SECONDS = 2;

    /** Does the work; a signal that comes meanwhile interrupts the session. */
    RunResult during(RunSession session, Supplier<RunResult> work);

    /**
     * Those of this process, by a shutdown hook. The process then ends when the work is done, with the exit code 128 + the
     * signal; how long that may take is bounded by the stop itself.
     */
    static RunResult ofProcess(RunSession session, Supplier<RunResult> work) {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> endBySignal(session, done), "sallyport-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            done.countDown();
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // a signal came: the hook is running, and sees that the work is done
        }
    }

    private static void endBySignal(RunSession session, CountDownLatch done) {
        try {
            if (session.interrupt()) {
                done.await();
            } else {
                var unused = done.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
