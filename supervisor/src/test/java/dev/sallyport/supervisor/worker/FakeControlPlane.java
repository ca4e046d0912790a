package dev.sallyport.supervisor.worker;

import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.supervisor.SilentConnection;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.ControlLink;
import dev.sallyport.transport.Credential;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.PeerListener;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.Routes;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport whose supervisor is the test: it holds what the worker said, and what the worker serves is a number. */
final class FakeControlPlane implements Transport, ControlLink {

    final List<WorkerStatus> statuses = new CopyOnWriteArrayList<>();
    final List<StopAck> acks = new CopyOnWriteArrayList<>();
    final AtomicInteger serving = new AtomicInteger();
    final CompletableFuture<Routes> routes = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final RejectReason refusal;
    private volatile boolean ingressClosed;
    private volatile ControlLink.Listener listener = ControlLink.Listener.NONE;

    /** A supervisor that takes every worker. */
    FakeControlPlane() {
        this(RejectReason.OK_CLOSE);
    }

    /** A supervisor that cannot be reached, for this reason. */
    FakeControlPlane(RejectReason refusal) {
        this.refusal = refusal;
    }

    void order(StopRequest order) {
        listener.stopOrdered(order);
    }

    void lose(RejectReason reason) {
        listener.ended(reason);
    }

    void served() {
        if (serving.decrementAndGet() == 0 && ingressClosed) {
            drained.complete(null);
        }
    }

    List<WorkerStatus.Phase> phases() {
        return statuses.stream().map(WorkerStatus::getPhase).toList();
    }

    List<StopAck.Phase> acknowledged() {
        return acks.stream().map(StopAck::getPhase).toList();
    }

    @Override
    public ControlLink attach(Credential credential, ControlLink.Listener worker) {
        if (!refusal.isOrderly()) {
            throw new RejectedException(refusal, "refused by the test");
        }
        listener = worker;
        return this;
    }

    @Override
    public PeerId peer() {
        return new PeerId("parse", "parse-0", 1);
    }

    @Override
    public void report(WorkerStatus status) {
        statuses.add(status);
    }

    @Override
    public void acknowledge(StopAck ack) {
        acks.add(ack);
    }

    @Override
    public Connection openData(Routes served) {
        routes.complete(served);
        return new SilentConnection(peer());
    }

    @Override
    public void closeIngress() {
        ingressClosed = true;
        if (serving.get() == 0) {
            drained.complete(null);
        }
    }

    @Override
    public int serving() {
        return serving.get();
    }

    @Override
    public CompletableFuture<Void> drained() {
        return drained;
    }

    @Override
    public int cancelServing() {
        int abandoned = serving.getAndSet(0);
        drained.complete(null);
        return abandoned;
    }

    @Override
    public void close() {
        closed.complete(null);
    }

    @Override
    public TransportServer bind(Routes served, PeerListener peers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection connect(Credential credential, Routes served) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection connect(Path credentialFile, Routes served) {
        throw new UnsupportedOperationException();
    }
}
