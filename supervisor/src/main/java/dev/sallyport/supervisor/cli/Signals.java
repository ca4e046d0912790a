package dev.sallyport.supervisor.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What makes SIGTERM and Ctrl-C end a run. */
@FunctionalInterface
interface Signals {

    /** Until the registration is closed, a signal interrupts the session. */
    Registration register(RunSession session);

    /** The interest of one session. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Those of this process, by a shutdown hook: the process ends when the registration is closed, or at the latest after
     * {@code boundSeconds}. Its exit code is then 128 + the signal.
     */
    static Signals ofProcess(long boundSeconds) {
        return session -> {
            CountDownLatch done = new CountDownLatch(1);
            Thread hook = new Thread(() -> endBySignal(session, done, boundSeconds), "sallyport-signal");
            Runtime.getRuntime().addShutdownHook(hook);
            return () -> {
                done.countDown();
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // a signal came: the hook is running and sees that the session is done
                }
            };
        };
    }

    private static void endBySignal(RunSession session, CountDownLatch done, long boundSeconds) {
        try {
            session.interrupt();
            var unused = done.await(boundSeconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
