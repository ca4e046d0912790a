package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.bootstrap.BundleWriter;
import dev.sallyport.supervisor.issue.BundleIssuer;
import dev.sallyport.supervisor.issue.IssuedBundle;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.WorkerCommand;
import dev.sallyport.supervisor.process.WorkerEnvironment;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.TransportServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that are processes: does what the state machine orders and tells it what came of it. Whatever may wait, a spawn, a write,
 * a signal, runs on the executor's threads; the calling thread never does, unless the system refuses a thread: then it sends the signals
 * itself, since a worker that nobody can kill is worse than a moment's wait.
 */
final class LocalWorkers {

    private static final Logger LOG = LoggerFactory.getLogger(LocalWorkers.class);

    /** For a pipe that takes a whole bundle at once; only a child that never reads from a small pipe needs it. */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(5);

    /** Below the 2 s that the state machine waits for a sweep. */
    private static final Duration SWEEP_LIMIT = Duration.ofMillis(1_500);

    /** For a sweep by the supervisor's own thread. */
    private static final Duration SHORT_SWEEP_LIMIT = Duration.ofMillis(100);

    private final TransportServer server;
    private final ProcessLauncher launcher;
    private final ClassArchives archives;
    private final BundleIssuer issuer;
    private final BundleWriter writer;
    private final Executor executor;
    private final BiConsumer<PeerId, WorkerEvent> events;
    private final ConcurrentMap<PeerId, LocalWorker> workers = new ConcurrentHashMap<>();
    private final LastOutputs outputs = new LastOutputs();

    LocalWorkers(
            TransportServer server,
            ProcessLauncher launcher,
            ClassArchives archives,
            BundleIssuer issuer,
            Executor executor,
            BiConsumer<PeerId, WorkerEvent> events) {
        this.server = server;
        this.launcher = launcher;
        this.archives = archives;
        this.issuer = issuer;
        this.writer = new BundleWriter(executor);
        this.executor = executor;
        this.events = events;
    }

    void spawn(PeerId id, GroupSpec group) {
        LocalWorker worker = new LocalWorker();
        workers.put(id, worker);
        try {
            executor.execute(() -> attempt(id, group, worker));
        } catch (RuntimeException | Error e) {
            spawnFailed(id, worker, e);
        }
    }

    private void attempt(PeerId id, GroupSpec group, LocalWorker worker) {
        try {
            spawn(id, group, worker);
        } catch (IOException | RuntimeException | Error e) {
            spawnFailed(id, worker, e);
        }
    }

    private void spawnFailed(PeerId id, LocalWorker worker, Throwable failure) {
        worker.spawnFailed();
        WorkerProcess process = worker.process();
        if (process != null) {
            process.kill();
        }
        String message = failure.getMessage();
        events.accept(id, new WorkerEvent.SpawnFailed(message == null ? failure.toString() : message));
        forgetIfOver(id);
    }

    private void spawn(PeerId id, GroupSpec group, LocalWorker worker) throws IOException {
        if (!worker.issued(issuer.issue(id, group))) {
            server.revoke(id);
            throw new IOException("it was given up before it was started");
        }
        ClassArchives.Offer offer = archives.offer(group);
        worker.offered(offer);
        List<String> argv = WorkerCommand.of(group, offer.flags());
        Map<String, String> environment = WorkerEnvironment.of(group.env(), System.getenv());
        boolean jvm = group.command().isEmpty();
        WorkerProcess process = launcher.launch(new LaunchSpec(id, argv, environment, jvm, false));
        worker.spawned(process);
        outputs.spawned(id, process);
        events.accept(id, new WorkerEvent.Spawned(process.pid()));
        CompletableFuture<?> unused = process.exited().thenAccept(status -> {
            events.accept(id, new WorkerEvent.Exited(status, callsInFlight(id)));
            forgetIfOver(id);
        });
    }

    /** What the workers printed last. */
    LastOutputs outputs() {
        return outputs;
    }

    /** Calls to the worker without an answer; 0 for one that is gone. */
    int callsInFlight(PeerId id) {
        try {
            return server.connection(id).inFlight();
        } catch (IllegalArgumentException e) {
            // revoked before it exited
            return 0;
        }
    }

    void writeBundle(PeerId id) {
        LocalWorker worker = workers.get(id);
        IssuedBundle bundle = worker == null ? null : worker.bundle();
        WorkerProcess process = worker == null ? null : worker.process();
        if (bundle == null || process == null) {
            return;
        }
        try {
            CompletableFuture<?> unused = writer.write(bundle, process.lifeline(), WRITE_LIMIT)
                    .handle((written, failure) -> {
                        events.accept(id, written(failure));
                        return null;
                    });
        } catch (RuntimeException | Error e) {
            events.accept(id, new WorkerEvent.BundleFailed(String.valueOf(e.getMessage())));
        }
    }

    private static WorkerEvent written(@Nullable Throwable failure) {
        if (failure == null) {
            return new WorkerEvent.BundleWritten();
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new WorkerEvent.BundleFailed(String.valueOf(cause.getMessage()));
    }

    /**
     * The worker's first control session is open: it holds the keys, and its JVM has mapped its class archive, if it takes one.
     *
     * @param archive hears whether it does
     */
    void consumed(PeerId id, BiConsumer<PeerId, ArchiveUse> archive) {
        LocalWorker worker = workers.get(id);
        IssuedBundle bundle = worker == null ? null : worker.bundle();
        if (bundle != null && bundle.state() == IssuedBundle.State.PUBLISHED) {
            bundle.consumed();
        }
        ClassArchives.Offer offer = worker == null ? null : worker.offer();
        if (offer != null) {
            withProcess(id, process -> archive.accept(id, archives.verdict(offer, process.pid())));
        }
    }

    /** @param requests what it was sent so far */
    void measure(PeerId id, long requests) {
        withProcess(id, process -> events.accept(id, new WorkerEvent.Measured(requests, process.residentBytes())));
    }

    void terminate(PeerId id) {
        withProcess(id, WorkerProcess::terminate, WorkerProcess::terminate);
    }

    void kill(PeerId id) {
        withProcess(id, WorkerProcess::kill, WorkerProcess::kill);
    }

    void sweep(PeerId id) {
        withProcess(id, process -> sweep(id, process, SWEEP_LIMIT), process -> sweep(id, process, SHORT_SWEEP_LIMIT));
    }

    /** Tells of a sweep in any case: the state machine waits for it, and the traces are the worker's post-mortem. */
    private void sweep(PeerId id, WorkerProcess process, Duration limit) {
        List<String> survivors = List.of();
        List<String> traces = new ArrayList<>();
        try {
            survivors = process.sweep(limit);
        } catch (RuntimeException | Error e) {
            traces.add("what it left behind could not be looked for: " + e);
        }
        traces.addAll(process.traces());
        events.accept(id, new WorkerEvent.Swept(survivors, traces));
    }

    private void withProcess(PeerId id, Consumer<WorkerProcess> task) {
        withProcess(id, task, process -> LOG.warn("no thread for worker {}", id));
    }

    /** @param here what the calling thread does when there is no other to be had */
    private void withProcess(PeerId id, Consumer<WorkerProcess> task, Consumer<WorkerProcess> here) {
        LocalWorker worker = workers.get(id);
        WorkerProcess process = worker == null ? null : worker.process();
        if (process == null) {
            return;
        }
        try {
            executor.execute(() -> reach(id, process, task));
        } catch (RuntimeException | Error e) {
            reach(id, process, here);
        }
    }

    private static void reach(PeerId id, WorkerProcess process, Consumer<WorkerProcess> task) {
        try {
            task.accept(process);
        } catch (RuntimeException | Error e) {
            LOG.error("cannot reach the process of {}", id, e);
        }
    }

    void revoke(PeerId id) {
        server.revoke(id);
        LocalWorker worker = workers.get(id);
        if (worker != null) {
            worker.revoke();
        }
        forgetIfOver(id);
    }

    private void forgetIfOver(PeerId id) {
        workers.computeIfPresent(id, (key, worker) -> worker.isOver() ? null : worker);
    }

    /** How many workers something is still kept of. */
    int kept() {
        return workers.size();
    }
}
