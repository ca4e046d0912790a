package dev.sallyport.supervisor.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The credential file of one running supervisor. Its name says whose it is: the configuration's name, a digest of the
 * configuration's path, and the process.
 *
 * @param name the configuration's, without its extension
 * @param digest of the configuration's absolute path
 * @param pid the supervisor's
 */
public record RunFile(Path path, String name, String digest, long pid) {

    private static final String EXTENSION = ".credential";
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9-]{1,40})-([0-9a-f]{8})-([0-9]{1,10})\\.(?:credential|postmortem)");
    private static final int NAME_MAX = 40;
    private static final int DIGEST_BYTES = 4;

    /** The start time of a process is known to a hundredth of a second, the clock that dates it may be set by a little. */
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

    /** The file for a supervisor of this configuration in this process. */
    static RunFile of(Path folder, Path config, long pid) {
        String name = name(config);
        String digest = digest(config);
        return new RunFile(folder.resolve(name + "-" + digest + "-" + pid + EXTENSION), name, digest, pid);
    }

    /** What a file's name says, or nothing for any other file. */
    static Optional<RunFile> parse(Path path) {
        Matcher matcher = NAME.matcher(String.valueOf(path.getFileName()));
        return matcher.matches()
                ? Optional.of(new RunFile(path, matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3))))
                : Optional.empty();
    }

    /** Whether it belongs to a supervisor of this configuration. */
    public boolean isOf(Path config) {
        return digest.equals(digest(config));
    }

    /** Whether its supervisor is gone: no such process, or one that began after the file was written. */
    boolean isStale() {
        Optional<ProcessHandle> process =
                ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(handle -> !isDefunct(handle.pid()));
        if (process.isEmpty()) {
            return true;
        }
        Optional<Instant> started = process.get().info().startInstant();
        try {
            Instant written =
                    Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
            return started.isPresent() && started.get().isAfter(written.plus(CLOCK_SLACK));
        } catch (IOException e) {
            return true;
        }
    }

    /** Ended and not yet reaped: Java calls that alive. */
    private static boolean isDefunct(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 1).startsWith(" Z");
        } catch (IOException e) {
            return false;
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
