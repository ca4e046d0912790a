package dev.sallyport.supervisor.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private folder of one worker JVM, for the library of the network, which is a file while it is loaded. A worker that ends in this
 * moment cannot delete it: its supervisor removes the folder when it has ended, and a worker that loses its supervisor does it itself
 * (docs/adr/0121).
 */
public final class WorkerFolder {

    /** The system property by which a worker knows its folder. */
    public static final String PROPERTY = "sallyport.worker.folder";

    /** Of these the JVM takes the last. */
    private static final String PARENT = "-Djava.io.tmpdir=";

    private static final Logger LOG = LoggerFactory.getLogger(WorkerFolder.class);

    private WorkerFolder() {}

    /**
     * Makes one that only this user may enter, where this command line has the worker's temporary files.
     *
     * @return null when the system has no place for it: the worker starts without
     */
    static @Nullable Path make(List<String> argv) {
        String own = System.getProperty("java.io.tmpdir", "/tmp");
        String parent = argv.stream()
                .filter(argument -> argument.startsWith(PARENT))
                .reduce(PARENT + own, (first, second) -> second)
                .substring(PARENT.length());
        try {
            return Files.createTempDirectory(Path.of(parent), "sallyport-worker-");
        } catch (IOException | InvalidPathException e) {
            LOG.warn("no folder for a worker's temporary files: {}", e.toString());
            return null;
        }
    }

    /** The argument that tells a JVM its folder. */
    static String flag(Path folder) {
        return "-D" + PROPERTY + "=" + folder;
    }

    /**
     * Deletes the folder and the files in it. What is gone by now was deleted by the worker, and its name is free for everybody since: what is there
     * and is no private folder of this user is left, whatever a link may lead to. One that is cannot be exchanged by others.
     */
    static void remove(Path folder) {
        try {
            if (PrivateFolder.objection(folder).isPresent()) {
                LOG.warn("{} is not the folder that a worker was given: it is left", folder);
                return;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        } catch (NoSuchFileException e) {
            LOG.debug("a worker has removed {} itself", folder);
        } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
            LOG.warn("a worker's temporary files are left: {}", e.toString());
        }
    }
}
