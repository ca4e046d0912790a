package dev.sallyport.supervisor.admin;

import dev.sallyport.supervisor.admin.AdminException.Kind;
import dev.sallyport.supervisor.process.PrivateFolder;
import dev.sallyport.supervisor.process.PrivateFolder.Objection;
import dev.sallyport.supervisor.process.UserFolders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Where nobody can make a folder: that of a user who has neither a runtime directory nor a home. */
    private static final Path NOWHERE = Path.of("/dev/null/sallyport");

    /** Post-mortems of supervisors that have ended, of which so many are kept. */
    private static final int POSTMORTEMS_KEPT = 20;

    static final String POSTMORTEM_EXTENSION = ".postmortem";

    /** That of this user. */
    public static RunDirectory ofThisUser() {
        return of(System.getenv(), System.getProperty("user.home", ""));
    }

    static RunDirectory of(Map<String, String> environment, String home) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.startsWith("/") && Files.isDirectory(Path.of(runtime))) {
            return new RunDirectory(Path.of(runtime, "sallyport"));
        }
        return new RunDirectory(UserFolders.cache(environment, home)
                .map(cache -> cache.resolve("run"))
                .orElse(NOWHERE));
    }

    /** Makes the folder when it is missing, and then what {@link #check} does. */
    void prepare() throws AdminException {
        try {
            if (isMissing()) {
                Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PrivateFolder.MODE));
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new AdminException(Kind.UNSAFE, "cannot make the run directory " + folder, e);
        }
        check();
    }

    /**
     * Whether the folder is yet to be made.
     *
     * @throws AdminException {@link Kind#UNSAFE} when this user has no place for it
     */
    public boolean isMissing() throws AdminException {
        if (folder.equals(NOWHERE)) {
            throw new AdminException(Kind.UNSAFE, "this user has no home: set XDG_RUNTIME_DIR to a folder of its own");
        }
        return !Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** @throws AdminException {@link Kind#UNSAFE} for a folder that is not this user's alone */
    public void check() throws AdminException {
        Optional<Objection> objection;
        try {
            objection = PrivateFolder.objection(folder);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            throw new AdminException(Kind.UNSAFE, "cannot judge the run directory " + folder, e);
        }
        if (objection.isPresent()) {
            String text = objection.get().text();
            throw new AdminException(
                    Kind.UNSAFE, "the run directory " + folder + " " + text + ": " + advice(objection.get()));
        }
    }

    private static String advice(Objection objection) {
        return switch (objection) {
            case NO_FOLDER -> "remove it";
            case FOREIGN -> "remove it, or set XDG_RUNTIME_DIR to a folder of yours";
            case OPEN, NARROW -> "look who wrote there, then chmod 700 it";
        };
    }

    /** The files of supervisors that run, by pid; those of dead ones are removed. */
    public List<RunFile> files() throws AdminException {
        if (isMissing()) {
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
        if (isMissing()) {
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
