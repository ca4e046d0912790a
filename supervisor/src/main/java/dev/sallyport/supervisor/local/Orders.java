package dev.sallyport.supervisor.local;

import dev.sallyport.supervisor.admin.Supervised;
import dev.sallyport.supervisor.lifecycle.SupervisorEvent;
import dev.sallyport.transport.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What the administrator may ask and order; nothing in it waits. Used once the server is bound. */
record Orders(Runnable onStop, Executor executor, EventLoop loop, Supplier<LocalWorkers> workers)
        implements Supervised {

    @Override
    public int inFlight(PeerId worker) {
        return workers.get().callsInFlight(worker);
    }

    @Override
    public List<Output> output(String group, String worker) {
        return workers.get().outputs().of(group, worker);
    }

    @Override
    public void stop() {
        executor.execute(onStop);
    }

    @Override
    public void drain(String group) {
        CompletableFuture<?> unused = loop.post(new SupervisorEvent.StopGroup(group));
    }

    @Override
    public void restart(String group) {
        CompletableFuture<?> unused = loop.post(new SupervisorEvent.RestartGroup(group));
    }
}
