package dev.sallyport.transport.loopback;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.dispatch.DispatchSettings;
import dev.sallyport.transport.dispatch.Dispatcher;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.session.Kind;
import dev.sallyport.transport.session.LaneTraffic;
import dev.sallyport.transport.session.Role;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An issued peer on the server's side: its two lanes, as far as they are open, and its calls. Outlives its sessions; ends when it is
 * revoked or the server closes.
 */
final class ServerPeer implements Connection {

    private final PeerId id;
    private final DispatchSettings settings;
    private final PeerListener listener;
    private final Executor listenerThread;
    private final CompletableFuture<RejectReason> closed = new CompletableFuture<>();
    private volatile @Nullable OpenLane<SupervisorControl> control;
    private volatile @Nullable OpenLane<Dispatcher> data;
    private volatile boolean ready;

    /** An open lane: its session and what it does with it. */
    private record OpenLane<T>(SessionHandler session, T traffic) {}

    /** @param listenerThread the control event loop */
    ServerPeer(PeerId id, DispatchSettings settings, PeerListener listener, Executor listenerThread) {
        this.id = id;
        this.settings = settings;
        this.listener = listener;
        this.listenerThread = listenerThread;
    }

    /** What a new session of this peer does with its lane. */
    LaneTraffic newTraffic(Lane lane) {
        return lane == Lane.CONTROL ? new SupervisorControl(this) : new DataTraffic();
    }

    /** A session is about to open: the one before it gives way. Called on the session's event loop. */
    void adopt(SessionHandler session, LaneTraffic traffic) {
        if (traffic instanceof SupervisorControl supervisorControl) {
            OpenLane<SupervisorControl> old = control;
            control = new OpenLane<>(session, supervisorControl);
            supersede(old);
        } else if (traffic instanceof DataTraffic dataTraffic) {
            OpenLane<Dispatcher> old = data;
            data = new OpenLane<>(session, dataTraffic.dispatcher);
            supersede(old);
        }
    }

    private static void supersede(@Nullable OpenLane<?> old) {
        if (old != null) {
            old.session().end(RejectReason.E_SUPERSEDED, "a newer session of the same peer and lane is open");
        }
    }

    void opened(Lane lane) {
        tell(() -> listener.laneOpened(id, lane));
    }

    void closed(Lane lane, RejectReason reason) {
        tell(() -> listener.laneClosed(id, lane, reason));
    }

    private void tell(Runnable event) {
        try {
            listenerThread.execute(event);
        } catch (RejectedExecutionException e) {
            // the transport has closed under its sessions: nobody is left to be told
        }
    }

    void reported(WorkerStatus status) {
        if (status.getPhase() == WorkerStatus.Phase.READY) {
            ready = true;
        }
        listener.statusReported(id, status);
    }

    void acknowledged(StopAck ack) {
        listener.stopAcknowledged(id, ack);
    }

    void heartbeatAnswered(long roundTripNanos) {
        listener.heartbeatAnswered(id, roundTripNanos);
    }

    void endControl(RejectReason reason, String detail) {
        OpenLane<SupervisorControl> lane = control;
        if (lane != null) {
            lane.session().end(reason, detail);
        }
    }

    /** Whether an open control lane took the order. */
    boolean stop(StopRequest order) {
        OpenLane<SupervisorControl> lane = control;
        if (lane == null || !lane.session().isOpen()) {
            return false;
        }
        lane.session().output().execute(() -> lane.traffic().stop(order));
        return true;
    }

    @Override
    public PeerId peer() {
        return id;
    }

    @Override
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
        Dispatcher dispatcher = dispatcher();
        return dispatcher == null
                ? CompletableFuture.failedFuture(notConnected())
                : dispatcher.call(method, request, deadline, metadata);
    }

    @Override
    public <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request, Map<String, String> metadata) {
        Dispatcher dispatcher = dispatcher();
        return dispatcher == null
                ? CompletableFuture.failedFuture(notConnected())
                : dispatcher.send(method, request, metadata);
    }

    @Override
    public <Q, R> CallStream<Q, R> open(
            MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> metadata) {
        Dispatcher dispatcher = dispatcher();
        if (dispatcher == null) {
            throw notConnected();
        }
        return dispatcher.open(method, deadline, metadata);
    }

    private @Nullable Dispatcher dispatcher() {
        OpenLane<Dispatcher> lane = data;
        return lane == null || !ready || !lane.session().isOpen() ? null : lane.traffic();
    }

    private CallException notConnected() {
        return new CallException(Outcome.WORKER_LOST, false, "peer " + id + " is not connected and ready");
    }

    @Override
    public boolean isOpen() {
        return dispatcher() != null;
    }

    @Override
    public int inFlight() {
        OpenLane<Dispatcher> lane = data;
        return lane == null ? 0 : lane.traffic().inFlight();
    }

    @Override
    public CompletableFuture<RejectReason> closed() {
        return closed.copy();
    }

    @Override
    public void close() {
        end(RejectReason.OK_CLOSE);
    }

    /** Ends both lanes for good. */
    void end(RejectReason reason) {
        OpenLane<Dispatcher> dataLane = data;
        if (dataLane != null) {
            dataLane.session().end(reason, "by this side");
        }
        endControl(reason, "by this side");
        closed.complete(reason);
    }

    /** The data lane: calls, and word of its opening and end. */
    private final class DataTraffic implements LaneTraffic {

        private final Dispatcher dispatcher = new Dispatcher(id, Role.SUPERVISOR, settings);

        @Override
        public void opened(SessionChannel channel) {
            dispatcher.opened(channel);
            ServerPeer.this.opened(Lane.DATA);
        }

        @Override
        public void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
            dispatcher.frame(kind, buffer, offset, length);
        }

        @Override
        public void readComplete() {
            dispatcher.readComplete();
        }

        @Override
        public void writabilityChanged() {
            dispatcher.writabilityChanged();
        }

        @Override
        public void closed(RejectReason reason) {
            dispatcher.closed(reason);
            ServerPeer.this.closed(Lane.DATA, reason);
        }
    }
}
