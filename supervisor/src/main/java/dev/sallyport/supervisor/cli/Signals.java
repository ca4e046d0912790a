package dev.sallyport.supervisor.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What makes SIGTERM and Ctrl-C end a run. */
@FunctionalInterface
interface Signals {

    /** How long a run that was stopped under its own work may take to report, before the process ends without. */
    Duration LAST_WORDS = Duration.ofSeconds(2);

    /** The same for one that made its own stop: only one whose standard output nobody reads takes so long. */
    Duration REPORT = Duration.ofSeconds(10);

    /** Does the work; a signal that comes meanwhile interrupts the session. */
    RunResult during(RunSession session, Supplier<RunResult> work);

    /**
     * Those of this process, by a shutdown hook. The process then ends when the work is done, with the exit code 128 + the
     * signal; how long that may take is bounded by the stop itself, and by {@link #REPORT}.
     */
    static RunResult ofProcess(RunSession session, Supplier<RunResult> work) {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> endBySignal(session, done, REPORT), "sallyport-signal");
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

    /**
     * Stops the session, which takes as long as its stop does, and then waits for its report: a pipe that nobody reads would keep the process for good.
     *
     * @param done opens when the report is out
     */
    static void endBySignal(RunSession session, CountDownLatch done, Duration report) {
        try {
            Duration limit = session.interrupt() ? report : LAST_WORDS;
            var unused = done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
