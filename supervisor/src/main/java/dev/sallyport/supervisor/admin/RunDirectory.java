package dev.sallyport.supervisor.admin;

import com.sun.security.auth.module.UnixSystem;
import dev.sallyport.supervisor.admin.AdminException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with the credential files of this user's running supervisors. It is used only when it is a folder of this user with
 * mode 0700 and no symbolic link: whoever could write there could make a command talk to another supervisor.
 *
 * @param folder {@code $XDG_RUNTIME_DIR/sallyport}, or else {@code ~/.cache/sallyport/run}
 */
public record RunDirectory(Path folder) {

    private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rwx------");

    /** Post-mortems of supervisors that have ended, of which so many are kept. */
    private static final int POSTMORTEMS_KEPT = 20;

    static final String POSTMORTEM_EXTENSION = ".postmortem";

    /** That of this user. */
    public static RunDirectory ofThisUser() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static RunDirectory of(Map<String, String> environment, Path home) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.startsWith("/") && Files.isDirectory(Path.of(runtime))) {
            return new RunDirectory(Path.of(runtime, "sallyport"));
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = cache.startsWith("/") ? Path.of(cache) : home.resolve(".cache");
        return new RunDirectory(base.resolve("sallyport").resolve("run"));
    }

    /** Makes the folder when it is missing, and then what {@link #check} does. */
    void prepare() throws AdminException {
        try {
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(MODE));
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new AdminException(Kind.UNSAFE, "cannot make the run directory " + folder, e);
        }
        check();
    }

    /** @throws AdminException {@link Kind#UNSAFE} for a folder that is not this user's alone */
    public void check() throws AdminException {
        try {
            BasicFileAttributes basic =
                    Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!basic.isDirectory()) {
                throw unsafe("is a symbolic link or no folder: remove it");
            }
            Map<String, Object> unix = Files.readAttributes(folder, "unix:uid,permissions", LinkOption.NOFOLLOW_LINKS);
            if (!Objects.equals(unix.get("uid"), (int) new UnixSystem().getUid())) {
                throw unsafe("belongs to another user: remove it, or set XDG_RUNTIME_DIR to a folder of yours");
            }
            if (!MODE.equals(unix.get("permissions"))) {
                throw unsafe("does not have mode 0700: look who wrote there, then chmod 700 it");
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            throw new AdminException(Kind.UNSAFE, "cannot judge the run directory " + folder, e);
        }
    }

    private AdminException unsafe(String what) {
        return new AdminException(Kind.UNSAFE, "the run directory " + folder + " " + what);
    }

    /** The files of supervisors that run, by pid; those of dead ones are removed. */
    public List<RunFile> files() throws AdminException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        check();
        List<RunFile> live = new ArrayList<>();
        for (Path path : entries("*.credential")) {
            Optional<RunFile> file = RunFile.parse(path);
            if (file.isPresent() && !removeIfStale(file.get())) {
                live.add(file.get());
            }
        }
        live.sort(Comparator.comparingLong(RunFile::pid));
        return live;
    }

    /** The post-mortems that supervisors wrote down, the latest first. */
    public List<RunFile> postmortems() throws AdminException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        check();
        List<RunFile> files = new ArrayList<>();
        entries("*" + POSTMORTEM_EXTENSION).forEach(path -> RunFile.parse(path).ifPresent(files::add));
        files.sort(Comparator.comparing((RunFile file) -> modified(file.path())).reversed());
        return files;
    }

    /** Leaves the latest ones. */
    void prunePostmortems() throws AdminException {
        List<RunFile> files = postmortems();
        files.subList(Math.min(files.size(), POSTMORTEMS_KEPT), files.size()).forEach(file -> remove(file.path()));
    }

    private List<Path> entries(String glob) throws AdminException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    paths.add(entry);
                }
            }
        } catch (IOException e) {
            throw new AdminException(Kind.UNSAFE, "cannot list the run directory " + folder, e);
        }
        return paths;
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private static boolean removeIfStale(RunFile file) {
        boolean stale = file.isStale();
        if (stale) {
            remove(file.path());
        }
        return stale;
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", file, e.getMessage());
        }
    }
}
