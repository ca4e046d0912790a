package dev.sallyport.supervisor;

import dev.sallyport.transport.CallStream;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An open connection on which every call waits for ever. */
public class SilentConnection implements Connection {

    private final PeerId peer;

    public SilentConnection(PeerId peer) {
        this.peer = peer;
    }

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, Map<String, String> metadata) {
        return new CompletableFuture<>();
    }

    @Override
    public <Q> CompletableFuture<Void> send(MethodDescriptor<Q, ?> method, Q request, Map<String, String> metadata) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public <Q, R> CallStream<Q, R> open(
            MethodDescriptor<Q, R> method, Deadline deadline, Map<String, String> metadata) {
        throw new IllegalStateException("no streams here");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public int inFlight() {
        return 0;
    }

    @Override
    public CompletableFuture<RejectReason> closed() {
        return new CompletableFuture<>();
    }

    @Override
    public void close() {}
}
