package dev.sallyport.supervisor.process;

import dev.sallyport.supervisor.GroupSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The command line of a worker. It never holds a secret. */
public final class WorkerCommand {

    /** The main class of a JVM worker that names none. */
    private static final String WORKER_MAIN = "dev.sallyport.supervisor.worker.WorkerMain";

    /** From this version on the JVM warns of what Netty and protobuf do, unless it is allowed. */
    private static final int WARNS_OF_NATIVE_ACCESS = 24;

    /**
     * What a small worker wants. Serial collector and a small heap: least memory, fastest start. Tiered compilation as usual: with
     * C1 alone the MAC of a frame would cost fifteen times as much. No attaching: who may attach may read keys. No performance data:
     * it is a file that everybody of the user can read. The end at the first exhausted heap: a worker without memory hangs.
     */
    private static final List<String> SMALL_WORKER = List.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx256m",
            "-XX:+DisableAttachMechanism",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8");

    /** Flags that choose another collector than ours; the JVM refuses two. */
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use(Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC");

    /** Flags that size the heap from above, and from below. */
    private static final Pattern HEAP_MAX = Pattern.compile("-Xmx.*|-XX:(MaxHeapSize|MaxRAM|MaxRAMPercentage)=.*");

    private static final Pattern HEAP_INITIAL =
            Pattern.compile("-Xms.*|-XX:(InitialHeapSize|InitialRAMPercentage|MinHeapSize)=.*");

    /**
     * What workers have on their class path when their group names none. Where it is not set they have this process's own. The distribution sets it:
     * its own class path holds the command line and what issues keys, which no worker needs (docs/adr/0130).
     */
    private static final String DEFAULT_CLASS_PATH = "sallyport.worker.class_path";

    private WorkerCommand() {}

    /** The command line of this group's workers. */
    public static List<String> of(GroupSpec group) {
        return of(group, List.of());
    }

    /** The same with further flags of the supervisor's own, which the group's {@code jvm_args} can still overrule. */
    public static List<String> of(GroupSpec group, List<String> further) {
        if (!group.command().isEmpty()) {
            return group.command();
        }
        List<String> argv = jvm(further, group.jvmArgs(), Runtime.version().feature());
        argv.add("-cp");
        argv.add(String.join(File.pathSeparator, classPath(group)));
        argv.add(mainClass(group));
        return argv;
    }

    /** The main class of a group's JVM workers: its entry, or the worker runtime's. */
    public static String mainClass(GroupSpec group) {
        return group.entry().isEmpty() ? WORKER_MAIN : group.entry();
    }

    /** The JVM and its flags, without a class path and a main class. What the supervisor does not know better is left out. */
    public static List<String> jvm(List<String> further, List<String> jvmArgs, int javaVersion) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        SMALL_WORKER.stream().filter(flag -> !isOverruled(flag, jvmArgs)).forEach(argv::add);
        if (javaVersion >= WARNS_OF_NATIVE_ACCESS) {
            argv.add("--enable-native-access=ALL-UNNAMED");
            argv.add("--sun-misc-unsafe-memory-access=allow");
        }
        argv.addAll(further);
        argv.addAll(jvmArgs);
        return argv;
    }

    /** A later flag wins by itself, unless the JVM refuses the two together, or prefers ours. */
    private static boolean isOverruled(String flag, List<String> jvmArgs) {
        if (COLLECTOR.matcher(flag).matches()) {
            return has(jvmArgs, COLLECTOR);
        }
        if (HEAP_MAX.matcher(flag).matches()) {
            return has(jvmArgs, HEAP_MAX) || has(jvmArgs, HEAP_INITIAL);
        }
        return HEAP_INITIAL.matcher(flag).matches() && has(jvmArgs, HEAP_INITIAL);
    }

    private static boolean has(List<String> jvmArgs, Pattern pattern) {
        return jvmArgs.stream().anyMatch(arg -> pattern.matcher(arg).matches());
    }

    /** The class path, without wildcards: their jars sorted by name, so that each start has the same order. */
    public static List<String> classPath(GroupSpec group) {
        List<String> entries = group.classPath().isEmpty()
                ? List.of(System.getProperty(DEFAULT_CLASS_PATH, System.getProperty("java.class.path"))
                        .split(Pattern.quote(File.pathSeparator), -1))
                : group.classPath();
        return entries.stream().flatMap(WorkerCommand::expanded).toList();
    }

    private static Stream<String> expanded(String entry) {
        if (!entry.equals("*") && !entry.endsWith(File.separator + "*")) {
            return Stream.of(entry);
        }
        String folder = entry.substring(0, entry.length() - 1);
        String[] names =
                Path.of(folder).toFile().list((parent, name) -> name.endsWith(".jar") || name.endsWith(".JAR"));
        return names == null ? Stream.of() : Arrays.stream(names).sorted().map(name -> folder + name);
    }
}
