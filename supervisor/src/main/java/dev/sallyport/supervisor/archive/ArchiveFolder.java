package dev.sallyport.supervisor.archive;

import com.sun.security.auth.module.UnixSystem;
import dev.sallyport.supervisor.process.PrivateFolder;
import dev.sallyport.supervisor.process.PrivateFolder.Objection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A folder that only this user can write to or read. Archives are code, so that whoever could put one there could run code in
 * every worker: the folder and each file in it must be this user's own and closed to others, no link is followed to either, and
 * nobody else may be able to exchange a folder above it. A file gets its name by an atomic rename, when it is complete.
 */
final class ArchiveFolder {

    /** Archives beyond these are deleted, the longest unused first: each has 15 to 40 MB. */
    private static final int KEPT = 8;

    /** What a training run left behind that was killed. */
    private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

    private static final String SUFFIX = ".archive";
    private static final String UNFINISHED = ".part";
    private static final String LOCK = "lock";
    private static final int OTHERS_WRITE = 0022;
    private static final int STICKY = 01000;

    private final Path folder;
    private final int uid;

    private ArchiveFolder(Path folder, int uid) {
        this.folder = folder;
        this.uid = uid;
    }

    /** @throws NoArchiveException when it is not private, or cannot be made so */
    static ArchiveFolder open(Path folder) throws NoArchiveException {
        try {
            Path parent = Objects.requireNonNull(folder.toAbsolutePath().getParent(), "a root folder");
            Files.createDirectories(parent, PosixFilePermissions.asFileAttribute(PrivateFolder.MODE));
            Path real = parent.toRealPath().resolve(Objects.requireNonNull(folder.getFileName()));
            if (!Files.exists(real, LinkOption.NOFOLLOW_LINKS)) {
                createUnlessThere(real);
            }
            ArchiveFolder opened = new ArchiveFolder(real, (int) new UnixSystem().getUid());
            opened.requirePrivate();
            return opened;
        } catch (FileSystemException e) {
            throw new NoArchiveException("the folder " + folder + " cannot be used: " + reason(e));
        } catch (IOException | RuntimeException e) {
            throw new NoArchiveException("the folder " + folder + " cannot be used: " + e.getMessage());
        }
    }

    private static void createUnlessThere(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PrivateFolder.MODE));
        } catch (FileSystemException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private void requirePrivate() throws IOException, NoArchiveException {
        Optional<Objection> objection = PrivateFolder.objection(folder);
        if (objection.isPresent() && objection.get() != Objection.NARROW) {
            throw new NoArchiveException(folder + " " + objection.get().text());
        }
        for (Path above = folder.getParent(); above != null; above = above.getParent()) {
            int mode = mode(above);
            boolean open = (mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0;
            if (open || !(isOwn(above) || isRoots(above))) {
                throw new NoArchiveException("others could exchange " + folder + ", since they may write to " + above);
            }
        }
    }

    private boolean isOwn(Path path) throws IOException {
        return Objects.equals(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS), uid);
    }

    private static boolean isRoots(Path path) throws IOException {
        return Objects.equals(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS), 0);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    static boolean isThere(Path folder) {
        return Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** The archive of this key, or null. Finding it keeps it from being deleted. */
    @Nullable
    Path find(String key) {
        Path file = look(key);
        if (file != null) {
            touch(file);
        }
        return file;
    }

    /** The archive of this key, or null. */
    @Nullable
    Path look(String key) {
        Path file = folder.resolve(key + SUFFIX);
        try {
            return isSound(file) ? file : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Where nothing can be written, nothing is deleted either. */
    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // on a read-only file system
        }
    }

    private boolean isSound(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && isOwn(file) && (mode(file) & OTHERS_WRITE) == 0;
    }

    /** A name that nobody else uses, in this folder. */
    Path unfinished(String key) {
        return folder.resolve(key + "-" + UUID.randomUUID() + UNFINISHED);
    }

    /** Gives a complete file its name, whatever had it before. */
    void put(Path complete, String key) throws IOException {
        if (!isSound(complete)) {
            throw new NoSuchFileException(complete.toString(), null, "the training run has written no archive");
        }
        Files.move(complete, folder.resolve(key + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
        clean();
    }

    /** The JVM would not take it: the next start shall make another. */
    void remove(String key) {
        delete(folder.resolve(key + SUFFIX));
    }

    void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // it is cleaned up as abandoned, or as unused
        }
    }

    /** A channel to lock: one training run at a time for all supervisors of this user. */
    FileChannel lockFile() throws IOException {
        return FileChannel.open(
                folder.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private void clean() {
        List<Path> archives = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            Instant abandoned = Instant.now().minus(ABANDONED_AFTER);
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(SUFFIX)) {
                    archives.add(file);
                } else if (name.contains(UNFINISHED) && lastUse(file).isBefore(abandoned)) {
                    delete(file);
                }
            }
        } catch (IOException e) {
            // the next training run cleans up
        }
        archives.stream()
                .sorted(Comparator.comparing(ArchiveFolder::lastUse).reversed())
                .skip(KEPT)
                .forEach(this::delete);
    }

    /** What there is; a file that goes in the meantime is left out. */
    ArchiveStock stock() throws NoArchiveException {
        int archives = 0;
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (isSound(file)) {
                    archives++;
                    bytes += Files.size(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new NoArchiveException("the folder " + folder + " cannot be read: " + e.getMessage());
        }
        return new ArchiveStock(folder.toString(), archives, bytes, "");
    }

    private static Instant lastUse(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (IOException e) {
            return Instant.MAX;
        }
    }
}
