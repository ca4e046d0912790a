package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.admin.AdminDoor;
import dev.sallyport.supervisor.admin.Administration;
import dev.sallyport.supervisor.archive.ClassArchives;
import dev.sallyport.supervisor.calls.GroupCalls;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<String, GroupSpec> specs = new HashMap<>();
    private final Map<String, GroupCalls> calls = new HashMap<>();
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final Waits waits = new Waits();
    private final News news;
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
        this.news = new News(announcer, waits);
        for (GroupSpec group : config.groups()) {
            specs.put(group.name(), group);
            calls.put(group.name(), new GroupCalls(group.name(), group.workers()));
        }
        SupervisorLifecycle lifecycle =
                new SupervisorLifecycle(config.groups(), config.lifecycle(), new SecureRandom(), STARTS_AT_ONCE);
        this.loop = new EventLoop(lifecycle, this::perform);
        this.door = administration == null
                ? null
                : new AdminDoor(
                        administration, config, new Orders(administration.onStop(), executor, loop, this::workers));
        this.server = transport.bind(served(routes, door), new Peers(this::post));
        this.workers =
                new LocalWorkers(server, launcher, archives, new BundleIssuer(server, config), executor, this::post);
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

    private void post(PeerId worker, WorkerEvent event) {
        CompletableFuture<?> unused = loop.post(new SupervisorEvent.OfWorker(worker, event));
    }

    // for callers

    @Override
    public void startGroups() {
        startGroups(config.groups().stream().map(GroupSpec::name).toList());
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
            Duration limit = config.lifecycle().readyTimeout().multipliedBy(specs.size() + 1L);
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
        GroupCalls group = calls.get(name);
        if (group == null || !begun.contains(name)) {
            throw new IllegalArgumentException("no group " + name + " was started");
        }
        return group;
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

    private GroupCalls calls(PeerId worker) {
        return Objects.requireNonNull(calls.get(worker.group()));
    }

    private static int index(PeerId worker) {
        return Integer.parseInt(worker.worker());
    }

    // for the state machine, on the supervisor's thread

    /** Also does what the administrator's memory fails on. */
    private void perform(Action action) {
        try {
            if (door != null) {
                door.on(action);
            }
        } finally {
            carryOut(action);
        }
    }

    private void carryOut(Action action) {
        if (action instanceof Action.Spawn spawn) {
            begun.add(spawn.worker().group());
            workers.spawn(
                    spawn.worker(),
                    Objects.requireNonNull(specs.get(spawn.worker().group())));
        } else if (action instanceof Action.WriteBundle write) {
            workers.writeBundle(write.worker());
        } else if (action instanceof Action.SendStop send) {
            // not taken: the lane has just closed, and the state machine will hear of the next one
            server.stop(send.worker(), send.order());
        } else if (action instanceof Action.Terminate terminate) {
            workers.terminate(terminate.worker());
        } else if (action instanceof Action.Kill kill) {
            workers.kill(kill.worker());
        } else if (action instanceof Action.Sweep sweep) {
            workers.sweep(sweep.worker());
        } else if (action instanceof Action.Measure measure) {
            workers.measure(measure.worker(), calls(measure.worker()).requests(index(measure.worker())));
        } else if (action instanceof Action.Revoke revoke) {
            workers.revoke(revoke.worker());
        } else if (action instanceof Action.Seat seat) {
            calls(seat.worker()).seat(index(seat.worker()), server.connection(seat.worker()));
        } else if (action instanceof Action.Unseat unseat) {
            calls(unseat.worker()).unseat(index(unseat.worker()), server.connection(unseat.worker()));
        } else if (action instanceof Action.CloseGroup close) {
            Objects.requireNonNull(calls.get(close.group())).drain();
        } else {
            // first: others wait for it, whatever becomes of the rest
            news.tell(action);
            if (action instanceof Action.PhaseReached reached && reached.phase() == WorkerPhase.AUTHENTICATED) {
                workers.consumed(reached.worker(), news::archive);
            } else if (action instanceof Action.AllReady) {
                archives.makeMissing();
            }
        }
    }

    /** Used once the server is bound. */
    private LocalWorkers workers() {
        return workers;
    }
}
