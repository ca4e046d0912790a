package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.issue.BundleIssuer;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.supervisor.process.LaunchSpec;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.supervisor.process.WorkerProcess;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.inline.InlineTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the system refuses: threads, processes, a look around. */
class LocalWorkersTest {

    private static final GroupSpec GROUP = Rig.odd("g", 1, "good");
    private static final RuntimeConfig CONFIG = Rig.config(Rig.READY, Rig.READY, GROUP);
    private static final PeerId ID = Rig.id("g", 0, 1);

    private static final Executor NO_THREADS = task -> {
        throw new OutOfMemoryError("unable to create native thread");
    };

    private final Deque<WorkerEvent> events = new LinkedBlockingDeque<>();
    private final Deque<String> signals = new ArrayDeque<>();
    private final Transport transport = InlineTransport.create(TransportConfig.defaults());
    private final TransportServer server = transport.bind(Routes.none(), new PeerListener() {});
    private Executor executor = Runnable::run;
    private Throwable failure = new IOException("not set");

    @AfterEach
    void close() {
        server.close();
        transport.close();
    }

    private LocalWorkers workers() {
        ProcessLauncher launcher = new ProcessLauncher() {
            @Override
            public WorkerProcess launch(LaunchSpec spec) throws IOException {
                if (failure instanceof IOException e) {
                    throw e;
                } else if (failure instanceof RuntimeException e) {
                    throw e;
                }
                return new Fake();
            }

            @Override
            public void close() {}
        };
        return new LocalWorkers(
                server,
                launcher,
                ClassArchives.of(new RuntimeConfig.ClassArchive(false, null), launcher, Map.of()),
                new BundleIssuer(server, CONFIG),
                task -> executor.execute(task),
                (worker, event) -> events.add(event));
    }

    private LocalWorkers running() {
        failure = new Error("none");
        LocalWorkers workers = workers();
        workers.spawn(ID, GROUP);
        assertThat(events.remove()).isInstanceOf(WorkerEvent.Spawned.class);
        return workers;
    }

    @Test
    void aSpawnWithoutAThreadIsASpawnThatFailed() {
        executor = NO_THREADS;
        LocalWorkers workers = workers();
        workers.spawn(ID, GROUP);
        assertThat(events).containsExactly(new WorkerEvent.SpawnFailed("unable to create native thread"));
        workers.revoke(ID);
        assertThat(workers.kept()).isZero();
    }

    @Test
    void whateverALaunchThrowsIsToldWithItsText() {
        failure = new IllegalArgumentException("no such environment");
        LocalWorkers workers = workers();
        workers.spawn(ID, GROUP);
        assertThat(events).containsExactly(new WorkerEvent.SpawnFailed("no such environment"));
    }

    @Test
    void nothingIsKeptOfASpawnThatFailed() {
        LocalWorkers workers = workers();
        workers.spawn(ID, GROUP);
        assertThat(workers.kept()).as("until the state machine has revoked it").isEqualTo(1);
        workers.revoke(ID);
        assertThat(workers.kept()).isZero();
    }

    @Test
    void aWorkerIsKilledAndSweptWithoutAThreadForIt() {
        LocalWorkers workers = running();
        executor = NO_THREADS;
        workers.writeBundle(ID);
        assertThat(events.remove()).isEqualTo(new WorkerEvent.BundleFailed("unable to create native thread"));
        workers.terminate(ID);
        workers.kill(ID);
        workers.sweep(ID);
        assertThat(signals).containsExactly("terminate", "kill", "sweep");
        assertThat(events.remove()).isEqualTo(new WorkerEvent.Swept(List.of(), List.of("last output: none")));
    }

    @Test
    void aSweepThatFailsIsToldAndKeepsThePostMortem() {
        LocalWorkers workers = running();
        signals.add("sweep fails");
        workers.sweep(ID);
        await().until(() -> !events.isEmpty());
        assertThat(((WorkerEvent.Swept) events.remove()).evidence())
                .hasSize(2)
                .first()
                .asString()
                .contains("could not be looked for", "too many open files");
    }

    /** A process that only takes notes. */
    private final class Fake implements WorkerProcess {

        @Override
        public long pid() {
            return 4711;
        }

        @Override
        public OutputStream lifeline() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public CompletableFuture<Integer> exited() {
            return new CompletableFuture<>();
        }

        @Override
        public long residentBytes() {
            return 0;
        }

        @Override
        public void terminate() {
            signals.add("terminate");
        }

        @Override
        public void kill() {
            signals.add("kill");
        }

        @Override
        public List<String> sweep(Duration limit) {
            if (signals.remove("sweep fails")) {
                throw new IllegalStateException("too many open files");
            }
            signals.add("sweep");
            return List.of();
        }

        @Override
        public List<String> traces() {
            return List.of("last output: none");
        }
    }
}
