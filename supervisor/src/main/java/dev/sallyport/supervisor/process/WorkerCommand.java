package dev.sallyport.supervisor.process;

import dev.sallyport.supervisor.GroupSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    private WorkerCommand() {}

    /** The command line of this group's workers. */
    public static List<String> of(GroupSpec group) {
        return group.command().isEmpty() ? jvm(group, Runtime.version().feature()) : group.command();
    }

    static List<String> jvm(GroupSpec group, int javaVersion) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(SMALL_WORKER);
        if (javaVersion >= WARNS_OF_NATIVE_ACCESS) {
            argv.add("--enable-native-access=ALL-UNNAMED");
            argv.add("--sun-misc-unsafe-memory-access=allow");
        }
        argv.addAll(group.jvmArgs());
        argv.add("-cp");
        argv.add(
                group.classPath().isEmpty()
                        ? System.getProperty("java.class.path")
                        : String.join(File.pathSeparator, group.classPath()));
        argv.add(group.entry().isEmpty() ? WORKER_MAIN : group.entry());
        return argv;
    }
}
