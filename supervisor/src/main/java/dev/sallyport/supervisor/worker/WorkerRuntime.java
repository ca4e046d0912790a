package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.supervisor.RuntimeLifecycleManager.Phase;
import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.bootstrap.BundleReader;
import dev.sallyport.supervisor.bootstrap.BundleReader.LifelineEnd;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import io.avaje.inject.spi.AvajeModule;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's life: attach, build the container, report ready, serve, stop. It is the same in a process of its own and
 * inside the supervisor's; what its end means to the process is the caller's.
 *
 * <p>One thread takes events and runs {@link WorkerStop}. User code (constructors, flushes, observers) never runs on it.
 */
public final class WorkerRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerRuntime.class);

    private final Transport transport;
    private final WorkerBlueprint blueprint;
    private final List<AvajeModule> further;
    private final Executor userThreads;
    private final WorkerStop stop;
    private final SupervisorCalls calls = new SupervisorCalls();
    private final LifecycleManager lifecycle;
    private final BlockingQueue<StopEvent> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<WorkerExit> ended = new CompletableFuture<>();
    private volatile @Nullable WorkerContainer container;
    private boolean containerClosed;

    /** A worker that is not started, and owns its transport and the blueprint's credential. */
    WorkerRuntime(Transport transport, WorkerBlueprint blueprint, List<AvajeModule> further) {
        this.transport = transport;
        this.blueprint = blueprint;
        this.further = further;
        this.userThreads = task -> daemon(task, "user").start();
        this.stop = new WorkerStop(blueprint.profile());
        this.lifecycle = new LifecycleManager(userThreads, this::stopRequested);
    }

    /**
     * Waits for the bundle and makes a worker of it that is not started. The worker's end follows that of the lifeline.
     *
     * @param transports makes the worker's own transport
     * @throws RejectedException when the bundle, or what its metadata names, is refused (CHILD-BOOT-03)
     */
    public static WorkerRuntime boot(
            BundleReader reader, ClassPath classPath, Function<TransportConfig, Transport> transports)
            throws InterruptedException {
        return of(WorkerBlueprint.read(reader, classPath), reader, transports, List.of());
    }

    /** The same from a blueprint, which it owns, and with modules that are no discovery root's. */
    static WorkerRuntime of(
            WorkerBlueprint blueprint,
            BundleReader reader,
            Function<TransportConfig, Transport> transports,
            List<AvajeModule> further) {
        WorkerRuntime runtime;
        try {
            runtime = new WorkerRuntime(transports.apply(WorkerTransport.config(blueprint)), blueprint, further);
        } catch (RejectedException e) {
            blueprint.credential().close();
            throw e;
        }
        CompletableFuture<?> unused = reader.lifeline().thenAccept(runtime::lifelineEnded);
        return runtime;
    }

    /** Completes once, on a thread of this worker, when it has said goodbye; never exceptionally. */
    public CompletableFuture<WorkerExit> ended() {
        return ended;
    }

    /** Attaches, builds, reports ready. Blocks until then, or until it is clear that this worker will never be ready: see {@link #ended}. */
    public void start() {
        ControlLink link;
        try {
            link = transport.attach(blueprint.credential(), new Hearing());
        } catch (RejectedException e) {
            LOG.error("cannot attach to the supervisor: {}", e.getMessage());
            ended.complete(WorkerExit.CONNECT_FAILED);
            return;
        }
        daemon(() -> run(link), "runtime").start();
        try {
            bringUp(link);
        } catch (ContainerException e) {
            LOG.error("container failed", e);
            WorkerReports.failed(link, e);
            forsake(WorkerExit.CONTAINER_FAILED, "the container failed");
        } catch (RejectedException e) {
            forsake(WorkerExit.CONNECT_FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** There is no supervisor to serve any more: drains for at most 1 s and ends with {@code exit}. Without effect after the end. */
    public void forsake(WorkerExit exit, String why) {
        if (!ended.isDone()) {
            LOG.warn("stopping: {}", why);
            events.add(new StopEvent.Forsaken(exit));
        }
    }

    private void lifelineEnded(LifelineEnd end) {
        switch (end) {
            case SUPERVISOR_GONE -> forsake(WorkerExit.ORPHANED, "end of file on the lifeline: the supervisor is gone");
            case TRAILING_BYTE ->
                forsake(WorkerExit.BUNDLE_REJECTED, RejectReason.E_BUNDLE_TRAILING + ": a byte came behind the bundle");
        }
    }

    /** Frees the transport's threads and wipes the keys. After the end: it does not stop the worker by itself. */
    @Override
    public void close() {
        transport.close();
        blueprint.credential().close();
    }

    private void bringUp(ControlLink link) {
        WorkerContainer built = WorkerContainer.build(blueprint, further, calls, lifecycle);
        if (!adopt(built)) {
            built.close();
            return;
        }
        WorkerReports.containerUp(link);
        calls.connected(link.openData(built.routes()));
        lifecycle.reached(Phase.READY);
        WorkerReports.ready(link, built.routes());
    }

    /** Returns false when a stop has already closed what there was. */
    private synchronized boolean adopt(WorkerContainer built) {
        container = built;
        return !containerClosed;
    }

    private synchronized @Nullable WorkerContainer containerToClose() {
        containerClosed = true;
        return container;
    }

    private void stopRequested(String reason) {
        LOG.info("stop requested by the worker itself: {}", WorkerLog.oneLine(reason));
        events.add(new StopEvent.Requested());
    }

    private void run(ControlLink link) {
        try {
            while (!ended.isDone()) {
                StopEvent event = next(link);
                for (StopAction action : stop.on(event, System.nanoTime())) {
                    execute(action, link);
                }
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            LOG.error("the worker runtime failed", e);
            ended.complete(WorkerExit.INTERNAL);
        }
    }

    private StopEvent next(ControlLink link) throws InterruptedException {
        OptionalLong wakeAt = stop.wakeAt();
        StopEvent event = wakeAt.isEmpty()
                ? events.take()
                : events.poll(wakeAt.getAsLong() - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event instanceof StopEvent.Ordered ordered) {
            StopRequest order = ordered.order();
            LOG.info(
                    "stop ordered: {}, {} ms, {}",
                    order.getMode(),
                    Integer.toUnsignedString(order.getGracefulTimeoutMs()),
                    WorkerLog.oneLine(order.getReason()));
            return new StopEvent.Ordered(order, link.serving());
        }
        return event == null ? new StopEvent.Tick() : event;
    }

    private void execute(StopAction action, ControlLink link) {
        if (action instanceof StopAction.Acknowledge acknowledge) {
            link.acknowledge(acknowledge.ack());
        } else if (action instanceof StopAction.CloseIngress close) {
            link.closeIngress();
            events.add(new StopEvent.IngressClosed(link.serving()));
            // behind the count: what ends a call because of it is one of those that were completed
            lifecycle.draining(Deadline.at(close.deadline()));
            whenDone(link.drained(), failure -> new StopEvent.Drained());
        } else if (action instanceof StopAction.CancelServing) {
            events.add(new StopEvent.Cancelled(link.cancelServing()));
        } else if (action instanceof StopAction.Flush flush) {
            lifecycle.reached(Phase.FLUSHING);
            flush(Deadline.at(flush.deadline()));
        } else if (action instanceof StopAction.CloseContainer) {
            closeContainer();
        } else if (action instanceof StopAction.End end) {
            lifecycle.reached(Phase.STOPPED);
            link.close();
            ended.complete(end.exit());
        }
    }

    private void flush(Deadline deadline) {
        WorkerContainer built = container;
        CompletableFuture<Void> flushed =
                built == null ? CompletableFuture.completedFuture(null) : built.flush(deadline, userThreads);
        whenDone(flushed, failure -> {
            if (failure != null) {
                LOG.error("flush failed", failure);
            }
            return new StopEvent.Flushed(failure == null);
        });
    }

    private void closeContainer() {
        WorkerContainer built = containerToClose();
        CompletableFuture<Void> closed =
                CompletableFuture.runAsync(built == null ? () -> {} : built::close, userThreads);
        whenDone(closed, failure -> {
            if (failure != null) {
                LOG.warn("closing the container failed", failure);
            }
            return new StopEvent.ContainerClosed();
        });
    }

    private void whenDone(CompletableFuture<Void> work, Function<@Nullable Throwable, StopEvent> event) {
        CompletableFuture<?> unused = work.handle((done, failure) -> events.add(event.apply(failure)));
    }

    private Thread daemon(Runnable body, String role) {
        Thread thread = new Thread(
                body, "sallyport-" + role + "-" + blueprint.context().id().worker());
        thread.setDaemon(true);
        return thread;
    }

    /** The control lane's events, handed on at once. */
    private final class Hearing implements ControlLink.Listener {

        @Override
        public void stopOrdered(StopRequest order) {
            events.add(new StopEvent.Ordered(order, 0));
        }

        @Override
        public void lost(RejectReason reason) {
            LOG.warn("control lane lost: {}", reason);
            events.add(new StopEvent.LaneLost());
        }

        @Override
        public void regained() {
            LOG.info("control lane regained");
            events.add(new StopEvent.LaneRegained());
        }

        @Override
        public void ended(RejectReason reason) {
            forsake(WorkerExit.ORPHANED, "the control lane is gone for good: " + reason);
        }
    }
}
