package dev.sallyport.transport.loopback;

import dev.sallyport.transport.CallException;
import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The worker's data lane: its calls to the server and the requests it serves, across reconnects. */
final class WorkerConnection implements Connection {

    private final WorkerLink link;
    private final DispatchSettings settings;
    private final CompletableFuture<RejectReason> closed = new CompletableFuture<>();
    private volatile @Nullable LaneClient lane;
    private volatile @Nullable Dispatcher dispatcher;
    private volatile boolean ingressClosed;

    WorkerConnection(WorkerLink link, DispatchSettings settings) {
        this.link = link;
        this.settings = settings;
    }

    void lane(LaneClient client) {
        this.lane = client;
    }

    LaneTraffic newTraffic(LaneClient client) {
        return new DataTraffic(client);
    }

    @Nullable
    SessionHandler session() {
        LaneClient client = lane;
        return client == null ? null : client.session();
    }

    @Override
    public PeerId peer() {
        return link.peer();
    }

    @Override
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
        Dispatcher current = connected();
        return current == null
                ? CompletableFuture.failedFuture(notConnected())
                : current.call(method, request, deadline, metadata);
    }

    @Override
    public <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request, Map<String, String> metadata) {
        Dispatcher current = connected();
        return current == null
                ? CompletableFuture.failedFuture(notConnected())
                : current.send(method, request, metadata);
    }

    @Override
    public <Q, R> CallStream<Q, R> open(
            MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> metadata) {
        Dispatcher current = connected();
        if (current == null) {
            throw notConnected();
        }
        return current.open(method, deadline, metadata);
    }

    private @Nullable Dispatcher connected() {
        return session() == null ? null : dispatcher;
    }

    private static CallException notConnected() {
        return new CallException(Outcome.WORKER_LOST, false, "the data lane is not connected");
    }

    @Override
    public boolean isOpen() {
        return session() != null;
    }

    @Override
    public int inFlight() {
        Dispatcher current = dispatcher;
        return current == null ? 0 : current.inFlight();
    }

    @Override
    public CompletableFuture<RejectReason> closed() {
        return closed.copy();
    }

    @Override
    public void close() {
        link.end(RejectReason.OK_CLOSE);
    }

    // ---- for the link ----

    void end(RejectReason reason) {
        LaneClient client = lane;
        if (client != null) {
            client.end(reason);
        }
    }

    void ended(RejectReason reason) {
        Callbacks.run(settings.callbacks(), () -> closed.complete(reason));
    }

    /** As {@link LaneClient#gone}. */
    CompletableFuture<Void> gone() {
        LaneClient client = lane;
        return client == null ? CompletableFuture.completedFuture(null) : client.gone();
    }

    void closeIngress() {
        ingressClosed = true;
        Dispatcher current = dispatcher;
        if (current != null) {
            current.closeIngress();
        }
    }

    int serving() {
        Dispatcher current = dispatcher;
        return current == null ? 0 : current.serving();
    }

    CompletableFuture<Void> drained() {
        Dispatcher current = dispatcher;
        return current == null ? CompletableFuture.completedFuture(null) : current.drained();
    }

    int cancelServing() {
        Dispatcher current = dispatcher;
        if (current == null) {
            return 0;
        }
        try {
            return current.cancelServing().get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        }
    }

    /** One session of the lane. */
    private final class DataTraffic implements LaneTraffic {

        private final LaneClient client;
        private final Dispatcher own = new Dispatcher(peer(), Role.WORKER, settings);

        DataTraffic(LaneClient client) {
            this.client = client;
        }

        @Override
        public void opened(SessionChannel channel) {
            own.opened(channel);
            dispatcher = own;
            if (ingressClosed) {
                own.closeIngress();
            }
            client.opened();
        }

        @Override
        public void frame(Kind kind, ByteBuf buffer, int offset, int length) throws ProtocolViolation {
            own.frame(kind, buffer, offset, length);
        }

        @Override
        public void readComplete() {
            own.readComplete();
        }

        @Override
        public void writabilityChanged() {
            own.writabilityChanged();
        }

        @Override
        public void closed(RejectReason reason) {
            own.closed(reason);
            client.closed(reason);
        }
    }
}
