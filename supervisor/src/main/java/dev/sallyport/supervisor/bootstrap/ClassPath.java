package dev.sallyport.supervisor.bootstrap;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The class path that a worker's code comes from.
 *
 * @param entries jars and folders, in order
 * @param loader what loads classes from them
 */
public record ClassPath(List<Path> entries, ClassLoader loader) {

    public ClassPath {
        entries = List.copyOf(entries);
    }

    /** The class path that this process was started with. */
    public static ClassPath ofThisProcess() {
        String[] entries = System.getProperty("java.class.path", "").split(Pattern.quote(File.pathSeparator), 0);
        List<Path> paths = List.of(entries).stream()
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
        return new ClassPath(paths, ClassPath.class.getClassLoader());
    }
}
