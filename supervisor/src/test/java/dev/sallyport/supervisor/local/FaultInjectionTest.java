package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.GroupStop;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.local.Fault.Kind;
import dev.sallyport.supervisor.local.Fault.Moment;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * One fault in each phase of start, run and stop, each in a group of its own of one supervisor with real child JVMs. A fault of the start
 * comes in the worker's second start, so that it is the worker's failure and not the supervisor's. Whatever a fault does, the worker is
 * there again before the stop, and the log of events is one that the state machine allows.
 */
@EnabledOnOs(OS.LINUX)
class FaultInjectionTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int CALLS = 5;
    private static final MethodDescriptor<byte[], byte[]> NAP = MethodDescriptor.ofBytes("odd/nap");
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("odd/echo");
    private static final RestartPolicy RESTART = new RestartPolicy(
            RestartPolicy.Type.PERMANENT, 5, Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(10));

    private static final Map<String, Fault> FAULTS = Stream.of(
                    new Fault(Kind.KILL, Moment.SPAWNED),
                    new Fault(Kind.KILL, Moment.AUTHENTICATED),
                    new Fault(Kind.KILL, Moment.CONTAINER_UP),
                    new Fault(Kind.KILL, Moment.READY),
                    new Fault(Kind.KILL, Moment.CALLS),
                    new Fault(Kind.KILL, Moment.DRAINING),
                    new Fault(Kind.PAUSE, Moment.SPAWNED),
                    new Fault(Kind.PAUSE, Moment.CALLS),
                    new Fault(Kind.PAUSE, Moment.DRAINING),
                    new Fault(Kind.TRAILING_BYTE, Moment.AUTHENTICATED),
                    new Fault(Kind.CUT_LIFELINE, Moment.CONTAINER_UP),
                    new Fault(Kind.BROKEN_BUNDLE, Moment.SPAWNED))
            .collect(Collectors.toMap(FaultInjectionTest::name, Function.identity()));

    private final Chronicle chronicle = new Chronicle();
    private final ExecutorService strikers = Executors.newCachedThreadPool();
    private final FaultLauncher launcher = new FaultLauncher(
            (worker, bundle) -> fault(worker).kind() == Kind.BROKEN_BUNDLE && worker.incarnation() == 2
                    ? FaultLauncher.broken(bundle)
                    : bundle);

    private static String name(Fault fault) {
        return (fault.kind() + "-" + fault.moment()).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Fault fault(PeerId worker) {
        return FAULTS.getOrDefault(worker.group(), Fault.NONE);
    }

    private static PeerId id(String group, int incarnation) {
        return new PeerId(group, "0", incarnation);
    }

    @Test
    void aFaultInAnyPhaseLeavesALegalLogAndNoProcess() {
        GroupSpec[] groups = FAULTS.keySet().stream()
                .map(name -> Rig.odd(name, 1, "slow", RESTART))
                .toArray(GroupSpec[]::new);
        try (BootstrapSupervisor supervisor = launcher.supervisor(Rig.config(Rig.READY, LONG, groups), striking())) {
            supervisor.startGroups();
            supervisor.waitReady(Rig.READY);

            List<CompletableFuture<byte[]>> lost = callAndStrike(supervisor, "kill-calls");
            List<CompletableFuture<byte[]>> kept = callAndStrike(supervisor, "pause-calls");
            FAULTS.forEach((name, fault) -> {
                if (struck(fault) == 2) {
                    Fault kill = new Fault(Kind.KILL, Moment.READY);
                    kill.strike(launcher.process(id(name, 1)));
                }
            });
            FAULTS.forEach((name, fault) -> await().untilAsserted(
                            () -> assertThat(chronicle.lines()).contains(id(name, lastStart(fault)) + " READY")));
            assertThat(kept).allSatisfy(call -> assertThat(call.join()).hasSize(1));
            assertThat(lost).allSatisfy(FaultInjectionTest::isLost);

            StopReport report = stop(supervisor);
            assertThat(end(report, "kill-draining")).isIn(End.CRASHED, End.EXITED);
            assertThat(end(report, "pause-draining")).isEqualTo(End.CLEAN);
        }
        strikers.shutdown();
        chronicle.check(FAULTS.keySet().toArray(String[]::new));
        assertThat(launcher.pids())
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid)).isEmpty());
    }

    /** Which incarnation has to be ready in the end. */
    private static int lastStart(Fault fault) {
        if (fault.moment() == Moment.DRAINING) {
            return 1;
        }
        return fault.kind() == Kind.PAUSE ? struck(fault) : struck(fault) + 1;
    }

    /** Which incarnation is struck: the first one cannot be until the whole start is complete. */
    private static int struck(Fault fault) {
        return fault.moment().compareTo(Moment.READY) <= 0 ? 2 : 1;
    }

    private SupervisorListener striking() {
        return new Telling(chronicle) {
            @Override
            public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
                super.workerPhase(worker, phase, pid, millis);
                Fault fault = fault(worker);
                if (fault.moment().name().equals(phase.name()) && worker.incarnation() == struck(fault)) {
                    strike(worker);
                }
            }
        };
    }

    private void strike(PeerId worker) {
        Fault fault = fault(worker);
        FaultLauncher.Watched victim = launcher.process(worker);
        strikers.execute(() -> fault.strike(victim));
    }

    private List<CompletableFuture<byte[]>> callAndStrike(BootstrapSupervisor supervisor, String group) {
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(supervisor.group(group).call(NAP, new byte[] {100}, Deadline.after(LONG)));
        }
        strike(id(group, 1));
        return calls;
    }

    private static void isLost(CompletableFuture<byte[]> call) {
        assertThat(call.handle((answer, failure) -> failure).join())
                .isInstanceOfSatisfying(
                        CallException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.WORKER_LOST));
    }

    /** With a call in flight in each of those that are struck now, so that they drain when it happens. */
    private StopReport stop(BootstrapSupervisor supervisor) {
        List<String> draining = FAULTS.keySet().stream()
                .filter(name -> fault(id(name, 1)).moment() == Moment.DRAINING)
                .toList();
        List<CompletableFuture<byte[]>> calls = draining.stream()
                .map(supervisor::group)
                .map(FaultInjectionTest::inFlight)
                .toList();
        CompletableFuture<StopReport> stopped =
                CompletableFuture.supplyAsync(() -> supervisor.stopGroups(StopPolicy.graceful(LONG)), strikers);
        draining.forEach(name -> {
            Fault.awaitDraining(supervisor.group(name));
            strike(id(name, 1));
        });
        StopReport report = stopped.join();
        await().until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        return report;
    }

    /**
     * A call that its worker has taken: the order to stop comes on another lane, and would overtake one that is still on its way. A worker
     * that is going to be killed naps for so long that the kill comes first.
     */
    private static CompletableFuture<byte[]> inFlight(WorkerGroup group) {
        byte[] hundredths = new byte[fault(id(group.name(), 1)).kind() == Kind.KILL ? 40 : 1];
        Arrays.fill(hundredths, (byte) 100);
        CompletableFuture<byte[]> napping = group.call(NAP, hundredths, Deadline.after(LONG));
        group.call(ECHO, new byte[1], Deadline.after(LONG)).join();
        return napping;
    }

    private static End end(StopReport report, String group) {
        GroupStop stop = report.groups().stream()
                .filter(one -> one.name().equals(group))
                .findFirst()
                .orElseThrow();
        return stop.workers().stream().map(WorkerStop::end).findFirst().orElseThrow();
    }
}
