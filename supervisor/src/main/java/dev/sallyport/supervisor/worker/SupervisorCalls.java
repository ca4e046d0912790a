package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.RuntimeTransportService;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The worker's calls to its supervisor, over the data lane once it is open. */
final class SupervisorCalls implements RuntimeTransportService {

    private volatile @Nullable Connection connection;

    /** The data lane is open; it is connected again by itself when it is lost. */
    void connected(Connection opened) {
        connection = opened;
    }

    @Override
    public <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        Connection open = connection;
        return open != null
                ? open.call(method, request, deadline)
                : CompletableFuture.failedFuture(new CallException(
                        Outcome.WORKER_LOST, false, "the data lane opens after the container is built"));
    }

    @Override
    public boolean isOpen() {
        Connection open = connection;
        return open != null && open.isOpen();
    }
}
