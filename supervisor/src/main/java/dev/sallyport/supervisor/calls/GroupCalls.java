package dev.sallyport.supervisor.calls;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Connection;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The seats of a group's workers, and the calls to whoever sits there. A mode seats a worker when it is ready and unseats it
 * when it is gone; callers never wait for that. Safe for use by many threads.
 */
public final class GroupCalls implements WorkerGroup {

    /** Who sits on a seat, and how many calls and streams it was given. */
    private record Seat(Connection connection, LongAdder requests) {

        Connection take() {
            requests.increment();
            return connection;
        }
    }

    private final String name;
    private final int limit;
    private final AtomicReferenceArray<@Nullable Seat> seats;
    private final Object admission = new Object();
    private final List<Connection> leaving = new CopyOnWriteArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean draining;

    /** A group whose seats are empty. */
    public GroupCalls(GroupSpec group) {
        this.name = group.name();
        this.limit = group.maxConcurrentCalls();
        this.seats = new AtomicReferenceArray<>(group.workers());
    }

    /** From here on, worker {@code index} is reached by {@code connection}, which stays its owner's to close. */
    public void seat(int index, Connection connection) {
        leaves(seats.get(index));
        seats.set(index, new Seat(connection, new LongAdder()));
    }

    /** Nobody is called on this seat any more, unless another worker has already taken it. */
    public void unseat(int index, Connection connection) {
        Seat seat = seats.get(index);
        if (seat != null && seat.connection() == connection) {
            leaves(seat);
            seats.compareAndSet(index, seat, null);
        }
    }

    /** Whoever sits there may have calls that have not ended: they count until they have. */
    private void leaves(@Nullable Seat seat) {
        if (limit > 0 && seat != null) {
            leaving.removeIf(connection -> connection.inFlight() == 0);
            leaving.add(seat.connection());
        }
    }

    /** How many requests whoever sits on this seat was given; 0 when nobody does. */
    public long requests(int index) {
        Seat seat = seats.get(index);
        return seat == null ? 0 : seat.requests().sum();
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
        Seat seat = leastInFlight();
        return seat == null
                ? nobody("no worker of group " + name + " is ready")
                : call(seat, method, request, deadline);
    }

    @Override
    public <Q, R> CompletableFuture<R> call(
            MethodDescriptor<Q, R> method, Q request, Deadline deadline, String affinityKey) {
        int index = Affinity.index(affinityKey, seats.length());
        Seat seat = seats.get(index);
        return seat == null
                ? nobody("worker " + index + " of group " + name + ", which serves this key, is not ready")
                : call(seat, method, request, deadline);
    }

    /** One caller at a time where there is a limit, since two could both take the last place. Nobody else waits for this lock. */
    private <Q, R> CompletableFuture<R> call(Seat seat, MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
        if (limit == 0) {
            return seat.take().call(method, request, deadline);
        }
        synchronized (admission) {
            return inFlight() < limit
                    ? seat.take().call(method, request, deadline)
                    : CompletableFuture.failedFuture(new CallException(
                            Outcome.OVERLOADED, false, "max_concurrent_calls of group " + name + " are in flight"));
        }
    }

    /**
     * Who leaves is on a seat and in the list for a moment, and counts once. The seats come first: who is no longer there is in the list already.
     */
    private int inFlight() {
        Set<Connection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < seats.length(); i++) {
            Seat seat = seats.get(i);
            if (seat != null) {
                connections.add(seat.connection());
            }
        }
        connections.addAll(leaving);
        return connections.stream().mapToInt(Connection::inFlight).sum();
    }

    /** Equals are taken in turn, so that idle workers share the load. */
    private @Nullable Seat leastInFlight() {
        int size = seats.length();
        int start = Integer.remainderUnsigned(next.getAndIncrement(), size);
        Seat best = null;
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < size && fewest > 0; i++) {
            Seat candidate = seats.get((start + i) % size);
            Connection connection = candidate == null ? null : candidate.connection();
            if (connection != null && connection.isOpen() && connection.inFlight() < fewest) {
                best = candidate;
                fewest = connection.inFlight();
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
