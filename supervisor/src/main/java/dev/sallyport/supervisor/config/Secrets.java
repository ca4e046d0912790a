package dev.sallyport.supervisor.config;

import static dev.sallyport.transport.RejectReason.E_CONFIG_ISOLATION;
import static dev.sallyport.transport.RejectReason.E_CONFIG_SECRET;

import dev.sallyport.supervisor.SecretSource;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.keys.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries every static secret while a file is read, so that a bad one is told with its line. It keeps the decoded bytes only to
 * compare them, until {@link #close}; no error repeats a path, because a secret may stand where its path belongs.
 */
final class Secrets implements AutoCloseable {

    private static final Set<PosixFilePermission> OPEN = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Paths paths;
    private final List<Held> files = new ArrayList<>();

    Secrets(Paths paths) {
        this.paths = paths;
    }

    private record Held(Value value, Path path, Secret secret) {}

    /** The file that a value names; null, and an error, when no secret can be read from it. */
    @Nullable
    SecretSource file(Value value) {
        Path path = paths.resolve(value);
        if (path == null) {
            return null;
        }
        try {
            files.add(new Held(value, path, SecretFile.read(path)));
        } catch (RejectedException e) {
            value.error(E_CONFIG_SECRET, refusal(path));
        }
        return new SecretSource.File(path);
    }

    /** The secret that a value is; null, and an error, when it is none. */
    static @Nullable SecretSource given(Value value) {
        String text = value.anyText();
        if (text == null) {
            return null;
        }
        try {
            return new SecretSource.Given(SecretFile.decode(text));
        } catch (RejectedException e) {
            value.error(E_CONFIG_SECRET, "needs 32 to 64 bytes as hex or base64");
            return null;
        }
    }

    /** Reports every file whose secret an earlier one holds as well. */
    void checkDistinct() {
        for (int i = 1; i < files.size(); i++) {
            Held later = files.get(i);
            if (files.subList(0, i).stream().anyMatch(earlier -> same(earlier.secret(), later.secret()))) {
                later.value().error(E_CONFIG_ISOLATION, "another group has the same secret; each needs its own");
            }
        }
    }

    private static boolean same(Secret a, Secret b) {
        return a.use(left -> b.use(right -> MessageDigest.isEqual(left, right)));
    }

    private static String refusal(Path path) {
        if (!Files.isRegularFile(path)) {
            return "no such file; relative paths start at the folder of the configuration";
        }
        try {
            if (Files.getPosixFilePermissions(path).stream().anyMatch(OPEN::contains)) {
                return "open to others; chmod 600 it";
            }
        } catch (IOException | UnsupportedOperationException e) {
            return "not readable, or on a file system without owners";
        }
        return "needs to be this user's and to hold 32 to 64 bytes as hex or base64 on one line";
    }

    /** Wipes what was read from files. */
    @Override
    public void close() {
        files.forEach(held -> held.secret().close());
    }
}
