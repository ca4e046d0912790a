package dev.sallyport.supervisor.bootstrap;

import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The class-path entries whose generated injection modules, beside the platform's, make up a worker's container. That an
 * entry is on the class path is not enough to be discovered, and that it is named is not enough to be loaded: it takes both.
 *
 * @param entries jars and folders, as real paths, in the order in which they were named
 * @param loader what loads their classes
 */
public record DiscoveryRoots(List<Path> entries, ClassLoader loader) {

    /** The service file that the injection library's generator puts into each root. */
    public static final String SERVICE_FILE = "META-INF/services/io.avaje.inject.spi.InjectExtension";

    public DiscoveryRoots {
        entries = List.copyOf(entries);
    }

    /**
     * Finds the roots on the class path, by their files alone: no class is loaded.
     *
     * @param names each the path of a class-path entry, or its file name
     * @throws RejectedException {@link RejectReason#E_BUNDLE_FIELD} saying which one is wrong by its index, since nothing of a
     *     bundle is ever printed
     */
    public static DiscoveryRoots resolve(List<String> names, ClassPath classPath) {
        if (names.isEmpty()) {
            throw new RejectedException(RejectReason.E_BUNDLE_FIELD, "discovery_roots is missing");
        }
        Set<Path> roots = new LinkedHashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (!roots.add(root(i, names.get(i), classPath))) {
                throw bad(i, "was named before");
            }
        }
        return new DiscoveryRoots(List.copyOf(roots), classPath.loader());
    }

    private static Path root(int index, String name, ClassPath classPath) {
        List<Path> matches = matches(name, classPath);
        if (matches.isEmpty()) {
            throw bad(index, "is not on the class path: add its jar to it, or correct the name");
        }
        if (matches.size() > 1) {
            throw bad(index, "is the name of more than one entry of the class path: give its path");
        }
        if (!hasModule(matches.get(0))) {
            throw bad(index, "has no generated injection module: compile it with the processor avaje-inject-generator");
        }
        return matches.get(0);
    }

    /** Whether the class path has an entry of this path or file name. */
    public static boolean isOn(ClassPath classPath, String name) {
        return !matches(name, classPath).isEmpty();
    }

    private static List<Path> matches(String name, ClassPath classPath) {
        Path named = real(name);
        Set<Path> matches = new LinkedHashSet<>();
        for (Path entry : classPath.entries()) {
            Path candidate = real(entry.toString());
            if (candidate != null && (candidate.equals(named) || hasFileName(entry, name))) {
                matches.add(candidate);
            }
        }
        return List.copyOf(matches);
    }

    private static boolean hasFileName(Path entry, String name) {
        Path fileName = entry.getFileName();
        return fileName != null && fileName.toString().equals(name);
    }

    private static @Nullable Path real(String path) {
        try {
            return Path.of(path).toRealPath();
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    private static boolean hasModule(Path root) {
        if (Files.isDirectory(root)) {
            return Files.isRegularFile(root.resolve(SERVICE_FILE));
        }
        try (ZipFile jar = new ZipFile(root.toFile())) {
            return jar.getEntry(SERVICE_FILE) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static RejectedException bad(int index, String what) {
        return new RejectedException(RejectReason.E_BUNDLE_FIELD, "discovery_roots[" + index + "] " + what);
    }
}
