package dev.sallyport.supervisor.archive;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.UserFolders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class archives of one supervisor's workers. What is missing is made by one background thread, after the workers have
 * started without it. Whatever goes wrong costs a warning and the speed, never a start. Safe for use by many threads.
 */
public final class ClassArchives implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClassArchives.class);
    private static final int JAVA = Runtime.version().feature();
    private static final long LOCK_PAUSE_MILLIS = 200;

    /**
     * For one archive, in which every other supervisor of this user waits for its turn. It takes some ten seconds of one processor; thirty times that is
     * for a busy machine, where a process of the lowest priority gets little. One that takes longer is not tried again.
     */
    private static final Duration TRAINING_LIMIT = Duration.ofMinutes(5);

    private static final long CLOSE_MILLIS = 2_000;

    private final ProcessLauncher launcher;
    private final @Nullable ArchiveFolder folder;
    private final Map<String, Recipe> missing = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();
    private @Nullable Thread maker;
    private boolean closed;

    /**
     * What a worker is started with.
     *
     * @param flags for its command line
     * @param archive null when there is none
     * @param key of the archive, or empty
     */
    public record Offer(
            ArchiveUse use, List<String> flags, @Nullable Path archive, String key) {

        private static Offer none(ArchiveUse why) {
            return new Offer(why, List.of(), null, "");
        }
    }

    private ClassArchives(ProcessLauncher launcher, @Nullable ArchiveFolder folder) {
        this.launcher = launcher;
        this.folder = folder;
    }

    /**
     * The archives in the configured folder.
     *
     * @param launcher runs the training; it is not closed here
     * @param environment the process's own
     */
    public static ClassArchives of(ClassArchive settings, ProcessLauncher launcher, Map<String, String> environment) {
        if (!settings.enabled()) {
            return new ClassArchives(launcher, null);
        }
        try {
            return new ClassArchives(launcher, ArchiveFolder.open(folder(settings, environment)));
        } catch (NoArchiveException e) {
            LOG.warn("workers start without class archives, slower: {}", e.getMessage());
            return new ClassArchives(launcher, null);
        }
    }

    /** Where archives are, or would be. */
    static Path folder(ClassArchive settings, Map<String, String> environment) throws NoArchiveException {
        Path directory = settings.directory();
        return directory == null ? userCache(environment) : directory;
    }

    /** What makes a JVM of this process's version start with this archive. */
    static List<String> flags(Path archive) {
        return TrainingRun.flags(archive, JAVA);
    }

    private static Path userCache(Map<String, String> environment) throws NoArchiveException {
        return UserFolders.cache(environment, System.getProperty("user.home", ""))
                .orElseThrow(() ->
                        new NoArchiveException("this user has no home; set runtime.platform.class_archive.directory"));
    }

    /** What to start a worker of this group with now. Looks at files. */
    public Offer offer(GroupSpec group) {
        ArchiveFolder from = folder;
        if (from == null) {
            return Offer.none(ArchiveUse.OFF);
        }
        try {
            Recipe recipe = Recipe.of(group);
            Path archive = from.find(recipe.key());
            if (archive != null) {
                return new Offer(ArchiveUse.GIVEN, flags(archive), archive, recipe.key());
            }
            return Offer.none(want(recipe) ? ArchiveUse.NONE_YET : ArchiveUse.OFF);
        } catch (NoArchiveException e) {
            if (tell(group.name())) {
                LOG.info("no class archive for group {}: {}", group.name(), e.getMessage());
            }
            return Offer.none(ArchiveUse.OFF);
        }
    }

    private synchronized boolean want(Recipe recipe) {
        if (told.contains(recipe.key())) {
            return false;
        }
        missing.merge(recipe.key(), recipe, Recipe::and);
        return true;
    }

    private synchronized boolean tell(String once) {
        return told.add(once);
    }

    /** Whether the JVM of this process has taken what it was offered, as soon as it runs Java code. */
    public ArchiveUse verdict(Offer offer, long pid) {
        Path archive = offer.archive();
        if (archive == null) {
            return offer.use();
        }
        try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(pid), "maps"))) {
            if (maps.anyMatch(line -> line.endsWith(archive.toString()))) {
                return ArchiveUse.USED;
            }
        } catch (IOException | RuntimeException e) {
            return ArchiveUse.GIVEN;
        }
        ArchiveFolder from = folder;
        if (from != null && tell(offer.key())) {
            LOG.warn(
                    "the JVM does not take its class archive {}: it is removed, and the next start makes another",
                    archive);
            from.remove(offer.key());
        }
        return ArchiveUse.REFUSED;
    }

    /** Begins to make what was missing so far. Returns at once. */
    public synchronized void makeMissing() {
        if (closed || maker != null || missing.isEmpty() || folder == null) {
            return;
        }
        ArchiveFolder into = folder;
        Thread thread = new Thread(() -> makeAll(into), "sallyport-class-archive");
        thread.setDaemon(true);
        thread.start();
        maker = thread;
    }

    private void makeAll(ArchiveFolder into) {
        try {
            makeEach(into);
        } finally {
            ended();
        }
    }

    /** The end of this thread, also by an {@code Error}, behind which the next start may try again; it may have another thread by now. */
    synchronized void ended() {
        if (maker == Thread.currentThread()) {
            maker = null;
        }
    }

    private void makeEach(ArchiveFolder into) {
        for (Recipe next = next(); next != null; next = next()) {
            try {
                make(into, next);
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                if (tell(next.key())) {
                    LOG.warn("no class archive could be made, workers start slower: {}", e.getMessage());
                }
            }
        }
    }

    private synchronized @Nullable Recipe next() {
        String first = missing.keySet().stream().findFirst().orElse(null);
        if (first == null || closed) {
            maker = null;
            return null;
        }
        return missing.remove(first);
    }

    /** With a lock, so that supervisors that start together make one archive, one after the other. */
    private void make(ArchiveFolder into, Recipe recipe) throws IOException, InterruptedException {
        try (FileChannel channel = into.lockFile()) {
            FileLock lock = tryLock(channel);
            while (lock == null) {
                Thread.sleep(LOCK_PAUSE_MILLIS);
                lock = tryLock(channel);
            }
            try {
                if (into.find(recipe.key()) == null) {
                    new TrainingRun(launcher, into, recipe, JAVA, TRAINING_LIMIT).run();
                }
            } finally {
                // named to the end: within one process a lock that nothing refers to any more is forgotten
                lock.release();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // another supervisor of this process
            return null;
        }
    }

    /** Waits until nothing is missing that can be made, and begins with what nobody began. Returns false when the time was over first. */
    public boolean await(Duration timeout) throws InterruptedException {
        makeMissing();
        Thread running;
        synchronized (this) {
            running = maker;
        }
        if (running == null) {
            return true;
        }
        running.join(Math.max(1, timeout.toMillis()));
        return !running.isAlive();
    }

    /** Gives up what is being made. Waits for its process to end, 2 s at most. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = maker;
        }
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
