package dev.sallyport.benchmarks.start;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import java.io.File;
import java.nio.file.Path;
import java.util.List;

/** How the one worker is started. It is the same worker on the same class path each time. */
enum Variant {
    /** The JVM's own default flags, no archive: the baseline. */
    PLAIN(false),
    /** The supervisor's default flags, no archive. */
    FLAGS(false),
    /** What one gets without asking, from the second start on: the default flags and a class archive. */
    ARCHIVE(true);

    private static final String WORKER_MAIN = "dev.sallyport.supervisor.worker.WorkerMain";
    private static final String ROOT = "fund-loads-parse.jar";

    private final boolean archived;

    Variant(boolean archived) {
        this.archived = archived;
    }

    boolean archived() {
        return archived;
    }

    /** A command line of one's own is how a worker runs without the supervisor's flags. */
    GroupSpec group(List<String> classPath) {
        List<String> plain = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classPath),
                WORKER_MAIN);
        return GroupSpec.builder("start")
                .command(this == PLAIN ? plain : List.of())
                .classPath(this == PLAIN ? List.of() : classPath)
                .discoveryRoots(List.of(ROOT))
                .restart(RestartPolicy.NEVER)
                .build();
    }
}
