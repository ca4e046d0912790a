package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.RuntimeLifecycleManager;
import dev.sallyport.transport.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the worker's code sees of the stop, and its wish to have one. */
final class LifecycleManager implements RuntimeLifecycleManager {

    private final Executor userThreads;
    private final Consumer<String> stopRequests;
    private final List<Consumer<Deadline>> observers = new ArrayList<>();

    private Phase phase = Phase.STARTING;
    private @Nullable Deadline drainEnds;

    LifecycleManager(Executor userThreads, Consumer<String> stopRequests) {
        this.userThreads = userThreads;
        this.stopRequests = stopRequests;
    }

    @Override
    public synchronized Phase phase() {
        return phase;
    }

    @Override
    public synchronized void onDrain(Consumer<Deadline> observer) {
        Deadline begun = drainEnds;
        if (begun == null) {
            observers.add(observer);
        } else {
            userThreads.execute(() -> observer.accept(begun));
        }
    }

    @Override
    public void requestStop(String reason) {
        stopRequests.accept(reason);
    }

    /** Moves forward; a phase that is already behind is passed over. */
    synchronized void reached(Phase next) {
        if (next.compareTo(phase) > 0) {
            phase = next;
        }
    }

    synchronized void draining(Deadline deadline) {
        reached(Phase.DRAINING);
        drainEnds = deadline;
        observers.forEach(observer -> userThreads.execute(() -> observer.accept(deadline)));
        observers.clear();
    }
}
