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
import dev.sallyport.transport.session.Sendable;
import dev.sallyport.transport.session.SessionChannel;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An issued peer on the server's side: its two lanes, as far as they are open, and its calls. Outlives its sessions; ends when it is
 * revoked or the server closes.
 */
final class ServerPeer implements Connection {

    private static final String BY_THIS_SIDE = "by this side";

    private final PeerId id;
    private final DispatchSettings settings;
    private final PeerListener listener;
    private final Executor listenerThread;
    private final CompletableFuture<RejectReason> closed = new CompletableFuture<>();
    private final AtomicLong finishes = new AtomicLong();
    private final PeerLane<SupervisorControl> control;
    private final PeerLane<Dispatcher> data;
    private volatile boolean ready;

    /**
     * Not connected yet.
     *
     * @param listenerThread the control event loop
     * @param places what its lanes take while they are open
     */
    ServerPeer(PeerId id, DispatchSettings settings, PeerListener listener, Executor listenerThread, Places places) {
        this.id = id;
        this.settings = settings;
        this.listener = listener;
        this.listenerThread = listenerThread;
        this.control = new PeerLane<>(places);
        this.data = new PeerLane<>(places);
    }

    /** A FINISH verified: its number among those of this peer. Called in the order in which they came. */
    long finished() {
        return finishes.incrementAndGet();
    }

    /** What a new session of this peer does with its lane. */
    LaneTraffic newTraffic(Lane lane) {
        return lane == Lane.CONTROL ? new SupervisorControl(this) : new DataTraffic();
    }

    /** As {@link PeerLane#adopt}. */
    @Nullable
    ProtocolViolation adopt(long finish, SessionHandler session, LaneTraffic traffic) {
        if (traffic instanceof SupervisorControl supervisorControl) {
            return control.adopt(finish, session, supervisorControl);
        }
        if (traffic instanceof DataTraffic dataTraffic) {
            return data.adopt(finish, session, dataTraffic.dispatcher);
        }
        throw new IllegalArgumentException("not made by this peer");
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
        control.end(reason, detail);
    }

    /** Whether an open control lane took the order. */
    boolean stop(StopRequest request) {
        StopRequest order = Sendable.order(request);
        SessionHandler session = control.session();
        SupervisorControl traffic = control.open();
        if (session == null || traffic == null) {
            return false;
        }
        session.output().execute(() -> traffic.stop(order));
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
        return ready ? data.open() : null;
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
        Dispatcher dispatcher = data.last();
        return dispatcher == null ? 0 : dispatcher.inFlight();
    }

    @Override
    public CompletableFuture<RejectReason> closed() {
        return closed.copy();
    }

    @Override
    public void close() {
        // both as they are now: a peer that learns of the first may be back before the second is ended
        Runnable endOfData = data.ending(RejectReason.OK_CLOSE, BY_THIS_SIDE);
        Runnable endOfControl = control.ending(RejectReason.OK_CLOSE, BY_THIS_SIDE);
        endOfData.run();
        endOfControl.run();
        completeClosed(RejectReason.OK_CLOSE);
    }

    /** Revoked, or its server closes: both lanes end, and so does every session that would still open. */
    void endForGood(RejectReason reason) {
        data.endForGood(reason, BY_THIS_SIDE);
        control.endForGood(reason, BY_THIS_SIDE);
        completeClosed(reason);
    }

    private void completeClosed(RejectReason reason) {
        Callbacks.run(settings.callbacks(), () -> closed.complete(reason));
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
