package dev.sallyport.supervisor.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * The classes that a training run loads for its archive without running any of their code: those of the discovery roots, and what
 * they name in two steps on the class path: a worker names its methods, and these their messages. A third step would bring in the insides of libraries,
 * and from JDK 24 on each class of an archive costs at each start.
 */
final class TrainingClasses {

    /** Roots with more classes, together with what these name, are not loaded to the end. */
    private static final int CLASSES_MAX = 5_000;

    private static final int STEPS = 2;
    private static final String CLASS_FILE = ".class";

    private final ClassLoader loader;
    private final Set<String> seen = new HashSet<>();

    TrainingClasses(ClassLoader loader) {
        this.loader = loader;
    }

    /** @param roots jars on the loader's class path */
    void load(List<Path> roots) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path root : roots) {
            names.addAll(classesOf(root));
        }
        for (int step = 0; step <= STEPS; step++) {
            List<String> named = new ArrayList<>();
            for (String name : names) {
                if (seen.size() < CLASSES_MAX && seen.add(name)) {
                    named.addAll(load(name));
                }
            }
            names = named;
        }
    }

    private static List<String> classesOf(Path root) throws IOException {
        try (ZipFile jar = new ZipFile(root.toFile());
                Stream<String> names = jar.stream().map(entry -> entry.getName())) {
            return names.filter(name -> name.endsWith(CLASS_FILE) && !name.startsWith("META-INF/"))
                    .map(name -> name.substring(0, name.length() - CLASS_FILE.length()))
                    .toList();
        }
    }

    /** Returns the classes that this one names, by their internal names; none of a class of the JDK. */
    private List<String> load(String name) {
        try (InputStream file = loader.getResourceAsStream(name + CLASS_FILE)) {
            Class<?> loaded = Class.forName(name.replace('/', '.'), false, loader);
            return file == null || loaded.getClassLoader() != loader ? List.of() : ClassFile.namedClasses(file);
        } catch (IOException | ClassNotFoundException | LinkageError | SecurityException e) {
            // a class for which something optional is missing, or that its signature or package forbids, is not
            // archived
            return List.of();
        }
    }
}
