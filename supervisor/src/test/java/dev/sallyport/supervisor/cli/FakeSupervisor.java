package dev.sallyport.supervisor.cli;

import dev.sallyport.supervisor.ArchiveUse;
import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A supervisor of one worker that writes down what it is asked, and fails where it is told to. */
final class FakeSupervisor implements BootstrapSupervisor {

    static final PeerId WORKER = new PeerId("echo", "0", 1);

    final List<String> asked = new CopyOnWriteArrayList<>();
    SupervisorListener listener = SupervisorListener.NONE;

    @Nullable
    SupervisorException onReady;

    @Nullable
    SupervisorException onStop;

    StopReport.End end = StopReport.End.CLEAN;
    Runnable onStart = () -> {};
    Runnable onGroup = () -> {};
    Runnable onStopOrder = () -> {};

    SupervisorFactory factory() {
        return (config, heard, administration) -> {
            listener = heard;
            onStopOrder = administration.onStop();
            return this;
        };
    }

    @Override
    public void startGroups() {
        asked.add("start_groups");
        onStart.run();
    }

    @Override
    public void startGroups(List<String> names) {
        throw new AssertionError("a run starts all groups");
    }

    @Override
    public void waitReady(Duration timeout) {
        asked.add("wait_ready " + timeout.toSeconds());
        if (onReady != null) {
            throw onReady;
        }
        listener.workerArchive(WORKER, ArchiveUse.USED);
        long millis = 0;
        for (WorkerPhase phase : WorkerPhase.values()) {
            listener.workerPhase(WORKER, phase, 4711, millis);
            millis += 100;
        }
    }

    @Override
    public WorkerGroup group(String name) {
        asked.add("group " + name);
        onGroup.run();
        return new NoCalls(name);
    }

    @Override
    public StopReport stopGroups(StopPolicy policy) {
        asked.add("stop_groups " + policy.gracefulTimeout().toSeconds() + " " + policy.drainInflight());
        if (onStop != null) {
            throw onStop;
        }
        boolean clean = end == StopReport.End.CLEAN;
        StopReport.WorkerStop worker = new StopReport.WorkerStop(
                WORKER,
                4711,
                end,
                clean ? 0 : 9,
                clean ? StopReport.Phase.STOPPED : StopReport.Phase.ACCEPTED,
                17,
                0,
                clean ? 0 : 3,
                List.of());
        return new StopReport(List.of(new StopReport.GroupStop(
                "echo", clean ? StopReport.Mode.GRACEFUL : StopReport.Mode.FORCED, 17, List.of(worker))));
    }

    @Override
    public void close() {
        asked.add("close");
    }

    private record NoCalls(String name) implements WorkerGroup {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public <Q, R> CompletableFuture<R> call(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
            throw new AssertionError("the echo scenario calls nobody");
        }

        @Override
        public <Q, R> CompletableFuture<R> call(
                MethodDescriptor<Q, R> method, Q request, Deadline deadline, String affinityKey) {
            throw new AssertionError("the echo scenario calls nobody");
        }
    }
}
