package dev.sallyport.supervisor.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process has ended, on Linux. A process that this JVM did not start is reaped by another one, or never: until then
 * {@link ProcessHandle#isAlive} takes it for alive.
 */
public final class Running {

    private Running() {}

    /** Whether there is such a process that has not ended: one that waits to be reaped has. */
    public static boolean isRunning(long pid) {
        String state = state(pid);
        return !state.isEmpty() && !state.equals("Z") && !state.equals("X");
    }

    /** Whether it has ended, and waits to be reaped. */
    public static boolean isZombie(long pid) {
        return state(pid).equals("Z");
    }

    /** Whether it was stopped by a signal, and runs no code. */
    public static boolean isStopped(long pid) {
        return state(pid).equals("T");
    }

    private static String state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", 2)[0];
        } catch (IOException e) {
            return "";
        }
    }
}
