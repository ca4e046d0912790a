package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.admin.AdminDoor;
import dev.sallyport.supervisor.admin.Administration;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.issue.BundleIssuer;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.supervisor.lifecycle.SupervisorEvent;
import dev.sallyport.supervisor.lifecycle.SupervisorLifecycle;
import dev.sallyport.supervisor.lifecycle.WorkerEvent;
import dev.sallyport.supervisor.process.ProcessLauncher;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportServer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The supervisor whose workers are processes. */
public final class ProcessSupervisor implements BootstrapSupervisor {

    /** A starting JVM keeps more than one processor busy. */
    private static final int STARTS_AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final RuntimeConfig config;
    private final Transport transport;
    private final ProcessLauncher launcher;
    private final ClassArchives archives;
    private final TransportServer server;
    private final ExecutorService executor;
    private final Announcer announcer;
    private final LocalWorkers workers;
    private final EventLoop loop;
    private final Performer performer;
    private final Groups groups;
    private final Waits waits = new Waits();
    private final Object startLock = new Object();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable AdminDoor door;

    /**
     * Binds the transport; nothing is started yet.
     *
     * @param routes what workers may call here, as far as their group allows
     * @param transport closed by this supervisor
     * @param launcher closed by this supervisor
     * @param administration how commands of this user reach it; null for not at all
     * @param archives closed by this supervisor
     */
    public ProcessSupervisor(
            RuntimeConfig config,
            Routes routes,
            Transport transport,
            ProcessLauncher launcher,
            ClassArchives archives,
            SupervisorListener listener,
            @Nullable Administration administration) {
        this.config = config;
        this.transport = transport;
        this.launcher = launcher;
        this.archives = archives;
        this.executor = IoThreads.create();
        this.announcer = new Announcer(listener);
        this.groups = new Groups(config.groups());
        SupervisorLifecycle lifecycle =
                new SupervisorLifecycle(config.groups(), config.lifecycle(), new SecureRandom(), STARTS_AT_ONCE);
        this.loop = new EventLoop(lifecycle, this::perform);
        this.door = administration == null
                ? null
                : new AdminDoor(
                        administration, config, new Orders(administration.onStop(), executor, loop, this::workers));
        this.server = transport.bind(served(routes, door), new Peers(this::handOver));
        this.workers =
                new LocalWorkers(server, launcher, archives, new BundleIssuer(server, config), executor, this::post);
        this.performer = new Performer(workers, server, groups, archives, new News(announcer, waits));
        loop.start();
        if (door != null) {
            door.open(server);
        }
    }

    private static Routes served(Routes routes, @Nullable AdminDoor door) {
        return door == null
                ? routes
                : Routes.builder().addAll(routes).addAll(door.routes()).build();
    }

    private CompletableFuture<Void> handOver(PeerId worker, WorkerEvent event) {
        return loop.post(new SupervisorEvent.OfWorker(worker, event));
    }

    private void post(PeerId worker, WorkerEvent event) {
        CompletableFuture<?> unused = handOver(worker, event);
    }

    // for callers

    @Override
    public void startGroups() {
        startGroups(groups.names());
    }

    @Override
    public void startGroups(List<String> names) {
        synchronized (startLock) {
            Waits.Start start = waits.newStart();
            try {
                Waiting.join(loop.post(new SupervisorEvent.StartGroups(names)));
            } catch (IllegalArgumentException | IllegalStateException e) {
                start.fail(e);
                throw e;
            }
            Duration limit = config.lifecycle()
                    .readyTimeout()
                    .multipliedBy(groups.names().size() + 1L);
            awaitStart(start.started(), limit);
        }
    }

    @Override
    public void waitReady(Duration timeout) {
        awaitStart(waits.start().ready(), timeout);
    }

    /** When the time is over the start is failed, and what it fails with is what its teardown finds. */
    private void awaitStart(CompletableFuture<Void> future, Duration timeout) {
        if (!Waiting.within(future, timeout)) {
            order(new SupervisorEvent.ReadyTimedOut(), future);
        }
        try {
            Waiting.join(future);
        } finally {
            announcer.catchUp();
        }
    }

    @Override
    public WorkerGroup group(String name) {
        return groups.begun(name);
    }

    @Override
    public StopReport stopGroups(StopPolicy policy) {
        tellStopOrdered();
        Action.AllStopped stopped = stop(policy);
        announcer.catchUp();
        if (!stopped.leftRunning().isEmpty()) {
            throw new SupervisorException(
                    Category.STOP_TIMEOUT,
                    "workers did not stop in time, and the policy forbids force",
                    stopped.leftRunning(),
                    null);
        }
        if (!stopped.notEnded().isEmpty()) {
            throw new SupervisorException(
                    Category.STOP_FAILED, "processes could not be ended by force", stopped.notEnded(), null);
        }
        return stopped.report();
    }

    @Override
    public boolean awaitClassArchives(Duration timeout) throws InterruptedException {
        return archives.await(timeout);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        tellStopOrdered();
        try {
            stop(StopPolicy.graceful(config.lifecycle().gracefulTimeout())
                    .drainInflight(config.lifecycle().drainInflight())
                    .because("closed"));
        } finally {
            if (door != null) {
                door.close();
            }
            server.close();
            transport.close();
            loop.close();
            archives.close();
            launcher.close();
            executor.shutdown();
            announcer.close();
        }
    }

    private void tellStopOrdered() {
        if (door != null) {
            door.stopOrdered();
        }
    }

    /** Orders a stop unless all have ended, and waits for what comes of it. */
    private Action.AllStopped stop(StopPolicy policy) {
        CompletableFuture<Action.AllStopped> stop = waits.stop(policy);
        if (!stop.isDone()) {
            order(new SupervisorEvent.StopGroups(policy), stop);
        }
        return Waiting.join(stop);
    }

    /** What fails to be ordered is not waited for. */
    private void order(SupervisorEvent event, CompletableFuture<?> outcome) {
        CompletableFuture<?> unused = loop.post(event).exceptionally(failure -> {
            outcome.completeExceptionally(failure);
            return null;
        });
    }

    /** Also does what the administrator's memory fails on. */
    private void perform(Action action) {
        try {
            if (door != null) {
                door.on(action);
            }
        } finally {
            performer.perform(action);
        }
    }

    /** Used once the server is bound. */
    private LocalWorkers workers() {
        return workers;
    }
}
