package dev.sallyport.transport.keys;

import com.sun.security.auth.module.UnixSystem;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Files and folders that only this user may touch. A file system without POSIX permissions gives no such promise and is
 * refused. A path is judged at the moment of the call: whoever may write to the folder can exchange the file.
 */
final class OwnerOnly {

    static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /**
     * Opens a regular file of this user with mode 0600 or stricter.
     *
     * @param reason the reason of every refusal
     */
    static InputStream open(Path file, RejectReason reason) {
        Path absolute = file.toAbsolutePath();
        try {
            if (!Files.isRegularFile(absolute)) {
                throw new RejectedException(reason, "no regular file: " + absolute);
            }
            require(absolute, FILE_MODE, "0600", reason);
            return Files.newInputStream(absolute);
        } catch (IOException e) {
            throw new RejectedException(reason, "cannot read " + absolute, e);
        }
    }

    /** Requires that this user owns {@code path} and that it has no permission beyond {@code allowed}. */
    static void require(Path path, Set<PosixFilePermission> allowed, String mode, RejectReason reason)
            throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(path, "unix:uid,permissions");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new RejectedException(reason, "this file system cannot keep a file to its owner: " + path, e);
        }
        if (!Objects.equals(attributes.get("uid"), (int) new UnixSystem().getUid())) {
            throw new RejectedException(reason, "owned by another user: " + path);
        }
        if (!allowed.containsAll((Set<?>) attributes.get("permissions"))) {
            throw new RejectedException(reason, "open to others, needs mode " + mode + " or stricter: " + path);
        }
    }
}
