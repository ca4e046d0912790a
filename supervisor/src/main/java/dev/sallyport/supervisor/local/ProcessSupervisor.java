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
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The supervisor whose workers are processes. */
public final class ProcessSupervisor implements BootstrapSupervisor {

    /** A starting JVM keeps more than one processor busy. */
    private static final int STARTS_AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final RuntimeConfig config;
    private final Transport transport;
    private final ProcessLauncher launcher;
    private final TransportServer server;
    private final ExecutorService executor;
    private final Announcer announcer;
    private final LocalWorkers workers;
    private final EventLoop loop;
    private final Map<String, GroupSpec> specs = new HashMap<>();
    private final Map<String, GroupCalls> calls = new HashMap<>();
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final Waits waits = new Waits();
    private final Object startLock = new Object();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Binds the transport; nothing is started yet.
     *
     * @param routes what workers may call here, as far as their group allows
     * @param transport closed by this supervisor
     * @param launcher closed by this supervisor
     */
    public ProcessSupervisor(
            RuntimeConfig config,
            Routes routes,
            Transport transport,
            ProcessLauncher launcher,
            SupervisorListener listener) {
        this.config = config;
        this.transport = transport;
        this.launcher = launcher;
        this.executor = Executors.newCachedThreadPool(numberedDaemons());
        this.announcer = new Announcer(listener);
        for (GroupSpec group : config.groups()) {
            specs.put(group.name(), group);
            calls.put(group.name(), new GroupCalls(group.name(), group.workers()));
        }
        SupervisorLifecycle lifecycle =
                new SupervisorLifecycle(config.groups(), config.lifecycle(), new SecureRandom(), STARTS_AT_ONCE);
        this.loop = new EventLoop(lifecycle, this::perform);
        this.server = transport.bind(routes, new Peers(this::post));
        this.workers = new LocalWorkers(server, launcher, new BundleIssuer(server, config), executor, this::post);
        loop.start();
    }

    private static ThreadFactory numberedDaemons() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "sallyport-supervisor-io-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
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
            CompletableFuture<?> unused = loop.post(new SupervisorEvent.ReadyTimedOut());
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
        CompletableFuture<Action.AllStopped> stop = waits.stop();
        if (!stop.isDone()) {
            CompletableFuture<?> unused = loop.post(new SupervisorEvent.StopGroups(policy));
        }
        Action.AllStopped stopped = Waiting.join(stop);
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
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopWhatRuns();
        server.close();
        transport.close();
        loop.close();
        launcher.close();
        executor.shutdown();
        announcer.close();
    }

    private void stopWhatRuns() {
        StopPolicy policy = StopPolicy.graceful(config.lifecycle().gracefulTimeout())
                .drainInflight(config.lifecycle().drainInflight())
                .because("closed");
        CompletableFuture<Action.AllStopped> stop = waits.stop();
        if (!stop.isDone()) {
            CompletableFuture<?> unused = loop.post(new SupervisorEvent.StopGroups(policy));
        }
        if (!Waiting.join(stop).leftRunning().isEmpty()) {
            CompletableFuture<Action.AllStopped> rest = waits.newStop();
            CompletableFuture<?> unused = loop.post(new SupervisorEvent.StopGroups(policy));
            Waiting.join(rest);
        }
    }

    private GroupCalls calls(PeerId worker) {
        return Objects.requireNonNull(calls.get(worker.group()));
    }

    private static int index(PeerId worker) {
        return Integer.parseInt(worker.worker());
    }

    // for the state machine, on the supervisor's thread

    private void perform(Action action) {
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
            report(action);
        }
    }

    private void report(Action action) {
        if (action instanceof Action.PhaseReached reached) {
            if (reached.phase() == WorkerPhase.AUTHENTICATED) {
                workers.consumed(reached.worker());
            }
            announcer.tell(to -> to.workerPhase(reached.worker(), reached.phase(), reached.pid(), reached.millis()));
        } else if (action instanceof Action.Lost lost) {
            announcer.tell(to -> to.workerLost(lost.worker(), lost.evidence()));
        } else if (action instanceof Action.Restarting restarting) {
            announcer.tell(to ->
                    to.workerRestarting(restarting.next(), restarting.restartsInWindow(), restarting.delayMillis()));
        } else if (action instanceof Action.Replacing replacing) {
            announcer.tell(to -> to.workerReplacing(replacing.worker(), replacing.next(), replacing.reason()));
        } else if (action instanceof Action.Replaced replaced) {
            announcer.tell(to -> to.workerReplaced(replaced.next(), replaced.worker()));
        } else if (action instanceof Action.ReplacementFailed failed) {
            announcer.tell(to -> to.replacementFailed(failed.next(), failed.evidence(), failed.retryMillis()));
        } else if (action instanceof Action.GroupFailed failed) {
            announcer.tell(to -> to.groupFailed(failed.group(), failed.evidence()));
        } else if (action instanceof Action.GroupStopped stopped) {
            announcer.tell(to -> to.groupStopped(stopped.stop()));
        } else if (action instanceof Action.AllStarted) {
            waits.started();
        } else if (action instanceof Action.AllReady) {
            waits.ready();
        } else if (action instanceof Action.StartFailed failed) {
            waits.startFailed(failed);
        } else if (action instanceof Action.AllStopped stopped) {
            waits.stopped(stopped);
        }
    }
}
