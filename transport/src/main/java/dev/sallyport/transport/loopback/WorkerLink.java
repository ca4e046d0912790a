package dev.sallyport.transport.loopback;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.Sendable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The worker's side of both lanes. */
final class WorkerLink implements ControlLink, LaneClient.Owner {

    private static final long CLOSE_WAIT_MILLIS = 1_000;

    private final Assembly assembly;
    private final CredentialKeys credentials;
    private final ControlLink.Listener listener;
    private final LaneClient control;
    private final CompletableFuture<Void> controlOpen = new CompletableFuture<>();
    private final CompletableFuture<Void> dataOpen = new CompletableFuture<>();
    private final AtomicBoolean dataAsked = new AtomicBoolean();
    private volatile boolean reportedReady;
    private volatile boolean closing;
    private volatile boolean ingressClosed;
    private volatile @Nullable WorkerStatus lastStatus;
    private volatile @Nullable WorkerConnection data;

    WorkerLink(Assembly assembly, CredentialSource source, ControlLink.Listener listener) {
        this.assembly = assembly;
        this.credentials = new CredentialKeys(assembly, source);
        this.listener = listener;
        this.control = new LaneClient(assembly, credentials, Lane.CONTROL, this, lane -> new WorkerControl(this, lane));
    }

    /** Opens the control lane; blocks until it is open. */
    void attach() {
        refuseToWaitForItself();
        long limit = credentials.connectDeadlineMillis();
        control.start(limit);
        await(controlOpen, limit, "control lane", control);
    }

    /** Opens both lanes and reports ready. */
    Connection connect(Routes routes) {
        attach();
        Connection connection = openData(routes);
        report(WorkerStatus.newBuilder()
                .setPhase(WorkerStatus.Phase.READY)
                .addAllMethods(routes.methods())
                .build());
        return connection;
    }

    private void refuseToWaitForItself() {
        if (assembly.inEventLoop()) {
            throw new IllegalStateException(
                    "an event loop of the transport would wait for itself: connect on another thread");
        }
    }

    private void await(CompletableFuture<Void> open, long limitMillis, String what, LaneClient lane) {
        try {
            open.get(limitMillis + CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new RejectedException(
                    lane.lastReason(),
                    "the " + what + " of " + peer()
                            + " did not open: is the server running, and the credential its own?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new RejectedException(RejectReason.E_CONNECT, "interrupted while connecting");
        }
    }

    // ---- ControlLink ----

    @Override
    public PeerId peer() {
        return credentials.peer();
    }

    @Override
    public void report(WorkerStatus whole) {
        WorkerStatus status = Sendable.status(whole);
        lastStatus = status;
        if (status.getPhase() == WorkerStatus.Phase.READY) {
            reportedReady = true;
        }
        onControlLane(traffic -> traffic.send(Kind.WORKER_STATUS, status));
    }

    @Override
    public void acknowledge(StopAck whole) {
        StopAck ack = Sendable.ack(whole);
        onControlLane(traffic -> traffic.send(Kind.STOP_ACK, ack));
    }

    private void onControlLane(Consumer<WorkerControl> action) {
        SessionHandler session = control.session();
        if (session != null && control.traffic() instanceof WorkerControl traffic) {
            session.output().execute(() -> {
                if (session.isOpen()) {
                    action.accept(traffic);
                    session.output().flush();
                }
            });
        }
    }

    @Override
    public Connection openData(Routes routes) {
        refuseToWaitForItself();
        if (dataAsked.getAndSet(true)) {
            throw new IllegalStateException("the data lane was opened before");
        }
        DispatchSettings settings = assembly.dispatch(routes, method -> true, () -> reportedReady);
        WorkerConnection connection = new WorkerConnection(this, settings);
        LaneClient lane = new LaneClient(assembly, credentials, Lane.DATA, this, connection::newTraffic);
        connection.lane(lane);
        data = connection;
        // a stop may have come first, and found no data lane
        if (closing) {
            connection.end(RejectReason.OK_STOP);
            throw new RejectedException(lane.lastReason(), "the link of " + peer() + " is closed");
        }
        if (ingressClosed) {
            connection.closeIngress();
        }
        long limit = credentials.connectDeadlineMillis();
        lane.start(limit);
        await(dataOpen, limit, "data lane", lane);
        return connection;
    }

    @Override
    public void closeIngress() {
        ingressClosed = true;
        WorkerConnection connection = data;
        if (connection != null) {
            connection.closeIngress();
        }
    }

    @Override
    public int serving() {
        WorkerConnection connection = data;
        return connection == null ? 0 : connection.serving();
    }

    @Override
    public CompletableFuture<Void> drained() {
        WorkerConnection connection = data;
        return connection == null ? CompletableFuture.completedFuture(null) : connection.drained();
    }

    @Override
    public int cancelServing() {
        WorkerConnection connection = data;
        return connection == null ? 0 : connection.cancelServing();
    }

    @Override
    public void close() {
        end(RejectReason.OK_STOP);
        if (assembly.inEventLoop()) {
            return;
        }
        try {
            gone().get(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the peer does not take the goodbye: its channel closes by itself
        }
    }

    /** Begins the end of both lanes, and does not wait for it; a transport that closes meanwhile does. */
    void end(RejectReason reason) {
        closing = true;
        WorkerConnection connection = data;
        if (connection != null) {
            connection.end(reason);
        }
        control.end(reason);
        credentials.close();
        CompletableFuture<?> unused = gone().thenRun(() -> assembly.forget(this));
    }

    private CompletableFuture<Void> gone() {
        WorkerConnection connection = data;
        return connection == null ? control.gone() : CompletableFuture.allOf(control.gone(), connection.gone());
    }

    // ---- told by the lanes, on the control event loop ----

    void stopOrdered(StopRequest order) {
        listener.stopOrdered(order);
    }

    @Override
    public void opened(Lane lane) {
        CompletableFuture<Void> open = lane == Lane.CONTROL ? controlOpen : dataOpen;
        if (open.complete(null) || lane == Lane.DATA) {
            return;
        }
        WorkerStatus status = lastStatus;
        if (status != null) {
            report(status);
        }
        listener.regained();
    }

    @Override
    public void lost(Lane lane, RejectReason reason) {
        if (lane == Lane.CONTROL && !closing) {
            listener.lost(reason);
        }
    }

    @Override
    public void ended(Lane lane, RejectReason reason) {
        RejectedException never = new RejectedException(reason, "the " + lane + " lane has ended");
        if (lane == Lane.DATA) {
            boolean wasOpen = !dataOpen.completeExceptionally(never);
            WorkerConnection connection = data;
            if (connection != null) {
                connection.ended(reason);
            }
            if (wasOpen && !isOfBothLanes(reason)) {
                // a worker that can never serve again must not look as if it could
                control.end(reason);
            }
            return;
        }
        boolean wasOpen = controlOpen.isDone() && !controlOpen.isCompletedExceptionally();
        controlOpen.completeExceptionally(never);
        WorkerConnection connection = data;
        if (connection != null) {
            connection.end(reason);
        }
        if (wasOpen && !closing) {
            listener.ended(reason);
        }
    }

    /** Whether the server says it on both lanes by itself, when it closes or revokes. */
    private static boolean isOfBothLanes(RejectReason reason) {
        return reason.isOrderly() || reason == RejectReason.E_REVOKED;
    }
}
