package dev.sallyport.supervisor.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The credential file of one running supervisor. Its name says whose it is: the configuration's name, a digest of the
 * configuration's path, and the process by its number and its start, so that neither a number used again nor a clock that is set
 * makes one supervisor's file another's.
 *
 * @param name the configuration's, without its extension
 * @param digest of the configuration's absolute path
 * @param pid the supervisor's
 * @param startTicks when its process began, in ticks since the system did; 0 where there is no {@code /proc} to tell
 */
public record RunFile(Path path, String name, String digest, long pid, long startTicks) {

    private static final String EXTENSION = ".credential";
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9-]{1,40})-([0-9a-f]{8})-([0-9]{1,10})-([0-9]{1,18})\\.(?:credential|postmortem)");
    private static final int NAME_MAX = 40;
    private static final int DIGEST_BYTES = 4;

    /** Behind a process's name in its {@code stat}: its state comes first, and its start 19 fields later (proc(5)). */
    private static final int STATE = 0;

    private static final int START = 19;

    /** The file for a supervisor of this configuration in this process. */
    static RunFile of(Path folder, Path config, long pid) {
        String name = name(config);
        String digest = digest(config);
        long ticks = startTicks(stat(pid));
        String file = name + "-" + digest + "-" + pid + "-" + ticks + EXTENSION;
        return new RunFile(folder.resolve(file), name, digest, pid, ticks);
    }

    /** What a file's name says, or nothing for any other file. */
    static Optional<RunFile> parse(Path path) {
        Matcher matcher = NAME.matcher(String.valueOf(path.getFileName()));
        return matcher.matches()
                ? Optional.of(new RunFile(
                        path,
                        matcher.group(1),
                        matcher.group(2),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4))))
                : Optional.empty();
    }

    /** Whether it belongs to a supervisor of this configuration. */
    public boolean isOf(Path config) {
        return digest.equals(digest(config));
    }

    /** Whether its supervisor's process is gone: there is none of this number, or one that began at another time. */
    public boolean isStale() {
        if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
            return true;
        }
        String[] stat = stat(pid);
        if (stat.length <= START) {
            return false;
        }
        // ended and not yet reaped: Java calls that alive
        return stat[STATE].equals("Z") || (startTicks != 0 && startTicks(stat) != startTicks);
    }

    /** Whether its supervisor's process was stopped by a signal and runs no code; false where there is no {@code /proc} to tell. */
    boolean isStopped() {
        String[] stat = stat(pid);
        return stat.length > STATE && stat[STATE].equals("T");
    }

    private static long startTicks(String[] stat) {
        return stat.length <= START ? 0 : Long.parseLong(stat[START]);
    }

    /** The fields behind the process's name, which may hold anything; none where there is no {@code /proc}. */
    private static String[] stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        } catch (IOException e) {
            return new String[0];
        }
    }

    private static String name(Path config) {
        String file = String.valueOf(config.getFileName()).toLowerCase(Locale.ROOT);
        String stem = file.replaceFirst("\\.ya?ml$", "").replaceAll("[^a-z0-9]+", "-");
        String cut = stem.substring(0, Math.min(stem.length(), NAME_MAX));
        return cut.isEmpty() ? "config" : cut;
    }

    private static String digest(Path config) {
        String real;
        try {
            real = config.toRealPath().toString();
        } catch (IOException e) {
            real = config.toAbsolutePath().normalize().toString();
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(real.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
