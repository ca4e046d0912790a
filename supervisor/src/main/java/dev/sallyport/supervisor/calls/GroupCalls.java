package dev.sallyport.supervisor.calls;

import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The seats of a group's workers, and the calls to whoever sits there. A mode seats a worker when it is ready and unseats it
 * when it is gone; callers never wait for that. Safe for use by many threads.
 */
public final class GroupCalls implements WorkerGroup {

    private final String name;
    private final AtomicReferenceArray<@Nullable Connection> seats;
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean draining;

    /** A group whose {@code size} seats are empty. */
    public GroupCalls(String name, int size) {
        this.name = name;
        this.seats = new AtomicReferenceArray<>(size);
    }

    /** From here on, worker {@code index} is reached by {@code connection}, which stays its owner's to close. */
    public void seat(int index, Connection connection) {
        seats.set(index, connection);
    }

    /** Nobody is called on this seat any more, unless another worker has already taken it. */
    public void unseat(int index, Connection connection) {
        seats.compareAndSet(index, connection, null);
    }

    /** The group stops: calls that find nobody end with {@link Outcome#DRAINING}. */
    public void drain() {
        draining = true;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return seats.length();
    }

    @Override
    public <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        Connection connection = leastInFlight();
        return connection == null
                ? nobody("no worker of group " + name + " is ready")
                : connection.call(method, request, deadline);
    }

    @Override
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, String affinityKey) {
        int index = Affinity.index(affinityKey, seats.length());
        Connection connection = seats.get(index);
        return connection == null
                ? nobody("worker " + index + " of group " + name + ", which serves this key, is not ready")
                : connection.call(method, request, deadline);
    }

    /** Equals are taken in turn, so that idle workers share the load. */
    private @Nullable Connection leastInFlight() {
        int size = seats.length();
        int start = Integer.remainderUnsigned(next.getAndIncrement(), size);
        Connection best = null;
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < size && fewest > 0; i++) {
            Connection candidate = seats.get((start + i) % size);
            if (candidate != null && candidate.isOpen() && candidate.inFlight() < fewest) {
                best = candidate;
                fewest = candidate.inFlight();
            }
        }
        return best;
    }

    private <R> CompletableFuture<R> nobody(String message) {
        return CompletableFuture.failedFuture(
                draining
                        ? new CallException(Outcome.DRAINING, false, "group " + name + " is stopping")
                        : new CallException(Outcome.WORKER_LOST, false, message));
    }
}
