package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.Mode;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import dev.sallyport.supervisor.lifecycle.StartOrder;
import dev.sallyport.supervisor.process.Printable;
import dev.sallyport.supervisor.process.WorkerCommand;
import dev.sallyport.transport.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the workers of a configuration would find their main class and their discovery roots, when this program starts them. It
 * looks for files and loads no class of them, so what is inside a root only its worker finds out.
 */
final class ClassCheck {

    /** Flags by which a JVM finds a main class beside its class path. */
    private static final Pattern MORE_CLASSES =
            Pattern.compile("-Xbootclasspath.*|-javaagent:.*|-p|--module-path.*|--patch-module.*"
                    + "|-Djava\\.system\\.class\\.loader=.*|@.*");

    /**
     * What a group lacks, and how its start would fail.
     *
     * @param here whether only a start by this program would: another one has another class path
     */
    private record Lack(Category category, String told, boolean here) {

        Lack(Category category, String told) {
            this(category, told, false);
        }
    }

    private ClassCheck() {}

    /**
     * A file with a scenario is for {@code sallyport run}. One without may be for a program that embeds the supervisor, whose own class
     * path nobody can know here.
     *
     * @return what {@code sallyport serve} would not start, and such a program may
     * @throws SupervisorException as a start of the first group that lacks something, with a cause for each that does
     */
    static List<String> check(RuntimeConfig config) {
        List<Lack> lacks = StartOrder.ofAll(config.groups()).stream()
                .flatMap(group -> lack(group, config.mode()).stream())
                .toList();
        List<String> notes = new ArrayList<>();
        List<Lack> errors = new ArrayList<>();
        for (Lack lack : lacks) {
            if (lack.here() && config.scenario() == null) {
                notes.add(lack.told()
                        + "; sallyport serve would not start it, a program that has it on its own class path would");
            } else {
                errors.add(lack);
            }
        }
        if (!errors.isEmpty()) {
            throw new SupervisorException(
                    errors.get(0).category(),
                    "the groups would not start",
                    errors.stream().map(Lack::told).toList(),
                    null);
        }
        return notes;
    }

    private static Optional<Lack> lack(GroupSpec group, Mode mode) {
        if (!group.command().isEmpty()) {
            return Optional.empty();
        }
        if (mode == Mode.INLINE && !group.entry().isEmpty()) {
            return Optional.of(new Lack(Category.BOOTSTRAP, group + ": entry needs bootstrap.mode process_supervisor"));
        }
        List<Path> classPath = classPath(group, mode);
        if (mode == Mode.PROCESS_SUPERVISOR && !hasMainClass(group, classPath)) {
            String name = Printable.text(WorkerCommand.mainClass(group));
            boolean here = group.classPath().isEmpty();
            return Optional.of(new Lack(Category.BOOTSTRAP, onClassPath(group, mode) + "no main class " + name, here));
        }
        // what a main class of its own does with discovery roots is its own affair
        return group.entry().isEmpty() ? lackOfRoots(group, mode, classPath) : Optional.empty();
    }

    private static List<Path> classPath(GroupSpec group, Mode mode) {
        if (mode == Mode.INLINE && group.classPath().isEmpty()) {
            return ClassPath.ofThisProcess().entries();
        }
        return WorkerCommand.classPath(group).stream()
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static Optional<Lack> lackOfRoots(GroupSpec group, Mode mode, List<Path> entries) {
        ClassPath classPath = new ClassPath(entries, ClassCheck.class.getClassLoader());
        try {
            DiscoveryRoots unused = DiscoveryRoots.resolve(group.discoveryRoots(), classPath);
            return Optional.empty();
        } catch (RejectedException e) {
            boolean here = group.classPath().isEmpty() && onlyForWantOfSome(group.discoveryRoots(), classPath);
            return Optional.of(new Lack(Category.CHILD_BOOTSTRAP, onClassPath(group, mode) + e.getMessage(), here));
        }
    }

    /** Whether nothing is wrong but that some are not there: what is wrong with one that is there is so on every class path. */
    private static boolean onlyForWantOfSome(List<String> roots, ClassPath classPath) {
        List<String> there = roots.stream()
                .filter(root -> DiscoveryRoots.isOn(classPath, root))
                .toList();
        try {
            return there.size() < roots.size()
                    && (there.isEmpty()
                            || !DiscoveryRoots.resolve(there, classPath)
                                    .entries()
                                    .isEmpty());
        } catch (RejectedException e) {
            return false;
        }
    }

    private static String onClassPath(GroupSpec group, Mode mode) {
        if (!group.classPath().isEmpty()) {
            return group + " on its class_path: ";
        }
        String whose =
                mode == Mode.INLINE ? "sallyport's own class path" : "the class path that sallyport gives to workers";
        return group + " on " + whose + ", since it has no class_path: ";
    }

    private static boolean hasMainClass(GroupSpec group, List<Path> classPath) {
        if (group.jvmArgs().stream().anyMatch(arg -> MORE_CLASSES.matcher(arg).matches())) {
            return true;
        }
        String file = WorkerCommand.mainClass(group).replace('.', '/') + ".class";
        try (URLClassLoader loader = new URLClassLoader(urls(classPath), ClassLoader.getPlatformClassLoader())) {
            return loader.getResource(file) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL[] urls(List<Path> entries) throws IOException {
        URL[] urls = new URL[entries.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = entries.get(i).toUri().toURL();
        }
        return urls;
    }
}
