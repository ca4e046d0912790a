package dev.sallyport.supervisor.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

    /** The numbers of the signals that the process ignores. */
    public static Set<Integer> ignoredSignals(long pid) throws IOException {
        String mask = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"), ISO_8859_1).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        long bits = Long.parseUnsignedLong(mask.substring("SigIgn:".length()).trim(), 16);
        return IntStream.rangeClosed(1, Long.SIZE)
                .filter(signal -> (bits >>> (signal - 1) & 1) == 1)
                .boxed()
                .collect(Collectors.toSet());
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
