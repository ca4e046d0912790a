package dev.sallyport.supervisor.process;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Folders that only this user may enter, read or write: what lies there is trusted by other processes of the user. */
public final class PrivateFolder {

    /** What makes a folder private. */
    public static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /** Why a folder is not private. */
    public enum Objection {
        NO_FOLDER("is a symbolic link or no folder"),
        FOREIGN("belongs to another user"),
        OPEN("does not have mode 0700"),
        /** Private all the same, and so good enough for those who only read. */
        NARROW("does not have mode 0700");

        private final String text;

        Objection(String text) {
            this.text = text;
        }

        /** In words, to follow the folder's name. */
        public String text() {
            return text;
        }
    }

    /**
     * What is wrong with it. A link is not followed.
     *
     * @return empty for a folder that is this user's own, with mode 0700
     * @throws IOException when it cannot be judged, as where there is none
     * @throws UnsupportedOperationException on a file system without owners and modes
     */
    public static Optional<Objection> objection(Path folder) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(folder, "unix:isDirectory,uid,permissions", LinkOption.NOFOLLOW_LINKS);
        if (!Objects.equals(found.get("isDirectory"), true)) {
            return Optional.of(Objection.NO_FOLDER);
        }
        if (!Objects.equals(found.get("uid"), (int) new UnixSystem().getUid())) {
            return Optional.of(Objection.FOREIGN);
        }
        if (MODE.equals(found.get("permissions"))) {
            return Optional.empty();
        }
        boolean closed = found.get("permissions") instanceof Set<?> permissions && MODE.containsAll(permissions);
        return Optional.of(closed ? Objection.NARROW : Objection.OPEN);
    }
}
