package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.admin.AdminException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Option;

/** How long a command waits for what it ordered, the same in every command that orders something. */
final class Wait {

    /** Whether it is done. */
    @FunctionalInterface
    interface Condition {
        boolean isMet() throws AdminException;
    }

    private static final long PAUSE_MILLIS = 100;
    private static final long PROGRESS_SECONDS = 5;

    @Option(names = "--no-wait", description = "Return as soon as the order was taken.")
    private boolean none;

    @Option(
            names = "--timeout",
            defaultValue = "120",
            paramLabel = "SECONDS",
            description = "Wait at most so long (${DEFAULT-VALUE}); the order stays given.")
    private int seconds;

    boolean isWanted() {
        return !none;
    }

    /**
     * Waits, and tells every 5 s that it does.
     *
     * @return whether it was met in time
     */
    boolean until(Condition condition, String what, Shell shell) throws AdminException {
        long begun = System.nanoTime();
        long told = 0;
        while (!condition.isMet()) {
            long waited = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            if (waited >= seconds) {
                return false;
            }
            if (waited >= told + PROGRESS_SECONDS) {
                told = waited;
                shell.note("waiting for " + what + ", " + waited + " s so far");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        return true;
    }
}
