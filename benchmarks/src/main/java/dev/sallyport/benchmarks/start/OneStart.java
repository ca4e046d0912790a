package dev.sallyport.benchmarks.start;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ClassArchive;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.launch.Supervisors;
import dev.sallyport.transport.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One start of one worker under a supervisor of this JVM, and its stop. */
final class OneStart implements SupervisorListener {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration ARCHIVE_LIMIT = Duration.ofMinutes(2);

    private final Map<WorkerPhase, Long> millis = new EnumMap<>(WorkerPhase.class);
    private @Nullable ArchiveUse use;

    private OneStart() {}

    /** Milliseconds from the spawn to each phase. */
    static Map<WorkerPhase, Long> measure(Variant variant, List<String> classPath, Path archives)
            throws InterruptedException {
        OneStart start = new OneStart();
        start.run(config(variant, classPath, archives), false);
        if (variant.archived() != (start.use == ArchiveUse.USED)) {
            throw new IllegalStateException(variant + " started with its class archive " + start.use);
        }
        return start.millis;
    }

    /** Starts a worker without an archive and waits until one is made for the next. */
    static void makeArchive(List<String> classPath, Path archives) throws InterruptedException {
        new OneStart().run(config(Variant.ARCHIVE, classPath, archives), true);
    }

    private void run(RuntimeConfig config, boolean awaitArchive) throws InterruptedException {
        try (BootstrapSupervisor supervisor = Supervisors.create(config, this)) {
            supervisor.startGroups();
            supervisor.waitReady(LIMIT);
            if (awaitArchive && !supervisor.awaitClassArchives(ARCHIVE_LIMIT)) {
                throw new IllegalStateException("the class archive was not made in time");
            }
            supervisor.stopGroups(StopPolicy.graceful(LIMIT));
        }
    }

    private static RuntimeConfig config(Variant variant, List<String> classPath, Path archives) {
        return new RuntimeConfig(
                RuntimeConfig.Mode.PROCESS_SUPERVISOR,
                RuntimeConfig.ExecutionIpc.DEFAULT,
                RuntimeConfig.Lifecycle.DEFAULT,
                new ClassArchive(variant.archived(), archives),
                List.of(variant.group(classPath)),
                null);
    }

    @Override
    public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long reached) {
        millis.put(phase, reached);
    }

    @Override
    public void workerArchive(PeerId worker, ArchiveUse used) {
        use = used;
    }
}
