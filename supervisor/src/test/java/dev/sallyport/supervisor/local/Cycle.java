package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** One start and stop of a supervisor with real workers, one fault in it, and all that must hold afterwards. */
final class Cycle {

    /** The bound of a stop behind the time to drain (protocol.md, section 8). */
    static final long FORCE_MILLIS = 9_000;

    private static final String GROUP = "soak";
    private static final Duration READY = Duration.ofSeconds(20);
    private static final Duration GRACEFUL = Duration.ofSeconds(1);
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final int CALLS = 40;
    private static final MethodDescriptor<byte[], byte[]> WORK = MethodDescriptor.ofBytes("soak/work");

    /**
     * What a cycle took.
     *
     * @param startMillis until READY, or until the start had failed and was torn down
     * @param stopMillis of the stop order, until the last process was reaped
     * @param outcomes of the calls, by name
     */
    record Figures(
            Fault fault,
            int workers,
            boolean started,
            long startMillis,
            long stopMillis,
            boolean forced,
            Map<String, LongAdder> outcomes) {}

    private final Path root;
    private final Fault fault;
    private final int workers;
    private final long delayMillis;
    private final Chronicle chronicle = new Chronicle();
    private final CompletableFuture<Void> struck = new CompletableFuture<>();
    private final FaultLauncher launcher;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final AtomicInteger completions = new AtomicInteger();

    /**
     * @param root the discovery root of its workers
     * @param delayMillis how far into its moment the fault comes
     */
    Cycle(Path root, Fault fault, int workers, long delayMillis) {
        this.root = root;
        this.fault = fault;
        this.workers = workers;
        this.delayMillis = delayMillis;
        this.launcher = new FaultLauncher(
                (worker, bundle) -> fault.kind() == Fault.Kind.BROKEN_BUNDLE ? FaultLauncher.broken(bundle) : bundle);
    }

    /** Runs it, and fails unless nothing is left and everything ended once. */
    Figures run() {
        long began = System.nanoTime();
        long startMillis;
        long stopMillis = 0;
        boolean started = false;
        boolean forced = false;
        try (BootstrapSupervisor supervisor = supervisor()) {
            started = start(supervisor);
            startMillis = millisSince(began);
            if (started) {
                List<CompletableFuture<byte[]>> calls = work(supervisor.group(GROUP));
                strikeAt(Fault.Moment.DRAINING);
                long ordered = System.nanoTime();
                StopReport report = supervisor.stopGroups(StopPolicy.graceful(GRACEFUL));
                stopMillis = millisSince(ordered);
                forced = !report.isGraceful();
                await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
                assertThat(completions).as("each call ends once").hasValue(calls.size());
            }
        }
        check();
        return new Figures(fault, workers, started, startMillis, stopMillis, forced, outcomes);
    }

    private BootstrapSupervisor supervisor() {
        RestartPolicy restart = new RestartPolicy(
                RestartPolicy.Type.PERMANENT, 5, Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(50));
        GroupSpec group = Rig.with(
                Rig.group(GROUP, workers, "", List.of(root.toString()), Map.of(), restart),
                "-Djava.io.tmpdir=" + root.resolveSibling("tmp"));
        return launcher.supervisor(Rig.config(READY, GRACEFUL, group), listener());
    }

    /** Tells the chronicle, and strikes in the phases of the first worker's first start. */
    private SupervisorListener listener() {
        return new Telling(chronicle) {
            @Override
            public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
                super.workerPhase(worker, phase, pid, millis);
                if (worker.equals(Rig.id(GROUP, 0, 1))) {
                    strikeAt(Fault.Moment.valueOf(phase.name()));
                }
            }
        };
    }

    private void strikeAt(Fault.Moment moment) {
        if (fault.moment() != moment || fault.kind() == Fault.Kind.NONE) {
            return;
        }
        FaultLauncher.Watched victim = launcher.process(Rig.id(GROUP, 0, 1));
        Thread thread = new Thread(
                () -> {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
                    fault.strike(victim);
                    struck.complete(null);
                },
                "striker");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean start(BootstrapSupervisor supervisor) {
        try {
            supervisor.startGroups();
            supervisor.waitReady(READY);
            return true;
        } catch (SupervisorException e) {
            assertThat(fault.kind())
                    .as("a start without a fault in it failed: %s", e.getMessage())
                    .isNotEqualTo(Fault.Kind.NONE);
            assertThat(e.causes()).isNotEmpty();
            return false;
        }
    }

    private List<CompletableFuture<byte[]>> work(WorkerGroup group) {
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            CompletableFuture<byte[]> call = group.call(WORK, new byte[] {(byte) i}, Deadline.after(CALL));
            calls.add(call);
            CompletableFuture<?> unused = call.whenComplete((answer, failure) -> {
                outcomes.computeIfAbsent(outcome(failure), key -> new LongAdder())
                        .increment();
                completions.incrementAndGet();
            });
        }
        strikeAt(Fault.Moment.CALLS);
        if (fault.moment() == Fault.Moment.CALLS && fault.kind() != Fault.Kind.NONE) {
            struck.join();
        }
        // a fault in the stop finds some of them still in flight
        int first = fault.moment() == Fault.Moment.DRAINING ? CALLS / 4 : CALLS;
        await().until(() -> completions.get() >= first);
        return calls;
    }

    private static String outcome(Throwable failure) {
        if (failure == null) {
            return "OK";
        }
        return failure instanceof CallException call
                ? call.outcome() + (call.ran() ? " (maybe ran)" : "")
                : failure.getClass().getSimpleName();
    }

    private void check() {
        chronicle.check(GROUP);
        assertThat(chronicle.stops()).allSatisfy(stop -> {
            assertThat(stop.millis()).isLessThanOrEqualTo(GRACEFUL.toMillis() + FORCE_MILLIS);
            assertThat(stop.workers())
                    .allSatisfy(worker -> assertThat(worker.survivors()).isEmpty());
        });
        assertThat(launcher.pids())
                .allSatisfy(pid ->
                        assertThat(ProcessHandle.of(pid)).as("process %s", pid).isEmpty());
    }

    List<String> told() {
        return chronicle.lines();
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
