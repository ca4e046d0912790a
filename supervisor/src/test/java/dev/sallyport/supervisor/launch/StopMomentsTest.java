package dev.sallyport.supervisor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import dev.sallyport.transport.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Orders to stop that come when something else is just happening: a lane opens, a worker becomes ready, a call ends, a replacement starts. Nothing
 * fails in any of them, so none may need force. {@code -Dstop.seed=...} repeats the choices of a run, {@code -Dstop.rounds=50} makes so many times as many.
 */
class StopMomentsTest {

    private static final long SEED = Long.getLong("stop.seed", System.nanoTime());
    private static final int TIMES = Integer.getInteger("stop.rounds", 1);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("quick/echo");

    /** What has just happened when the order comes. */
    enum Moment {
        SPAWNED,
        AUTHENTICATED,
        CONTAINER_UP,
        READY,
        CALLED,
        REPLACING
    }

    @TempDir
    static Path folder;

    @BeforeAll
    static void compileRoot() {
        TestRoot.jar(folder, "quick", """
                @Singleton class Quick implements Worker {
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("quick/echo"), (call, in) -> in).build();
                  }
                }
                """);
    }

    @ParameterizedTest
    @CsvSource({"inline, , 6", "inline, tcp_local, 3", "process_supervisor, tcp_local, 2"})
    @DisplayName("STOP-IPC-01 a stop is graceful whatever is just happening, and every call ends")
    void STOP_IPC_01_gracefulAtAnyMoment(String mode, String transport, int rounds) {
        System.out.printf("stop moments: %s %s, seed %d%n", mode, transport, SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        RuntimeConfig config =
                ModeConfig.of(mode, transport, folder.resolve("quick.jar"), "workers: 2", "max_requests: 20");
        for (int i = 0; i < rounds * TIMES; i++) {
            Moment moment = Moment.values()[i % Moment.values().length];
            new Round(config, moment, random.nextLong(LATEST_NANOS)).run("round " + i + " of seed " + SEED);
        }
    }

    /** One start, and one stop a little behind a moment. */
    private static final class Round implements SupervisorListener {

        private final RuntimeConfig config;
        private final Moment moment;
        private final long delayNanos;
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<CompletableFuture<byte[]>> calls = new ArrayList<>();

        Round(RuntimeConfig config, Moment moment, long delayNanos) {
            this.config = config;
            this.moment = moment;
            this.delayNanos = delayNanos;
        }

        void run(String name) {
            try (BootstrapSupervisor supervisor = Supervisors.create(config, this)) {
                supervisor.startGroups();
                CompletableFuture<Void> caller = CompletableFuture.completedFuture(null);
                if (moment.compareTo(Moment.READY) > 0) {
                    supervisor.waitReady(LIMIT);
                    WorkerGroup group = supervisor.group("quick");
                    caller = CompletableFuture.runAsync(() -> callUntilStopped(group));
                }
                assertThat(reached).as(name + ", " + moment).succeedsWithin(LIMIT);
                LockSupport.parkNanos(delayNanos);
                StopReport report = supervisor.stopGroups(StopPolicy.graceful(LIMIT));
                over.set(true);
                caller.join();
                assertThat(report.groups())
                        .as("%s, %s: %s", name, moment, report)
                        .allSatisfy(group -> assertThat(group.workers())
                                .allSatisfy(worker -> assertThat(worker.end()).isEqualTo(End.CLEAN)));
                assertThat(report.isGraceful())
                        .as("%s, %s: %s", name, moment, report)
                        .isTrue();
            }
            assertThat(calls)
                    .as(name)
                    .allSatisfy(call -> assertThat(outcome(call)).isIn(Outcome.OK, Outcome.DRAINING));
        }

        /** One behind the other, so that the order finds each state that a call can be in. */
        private void callUntilStopped(WorkerGroup group) {
            while (!over.get()) {
                CompletableFuture<byte[]> call = group.call(ECHO, new byte[1], Deadline.after(LIMIT));
                calls.add(call);
                if (outcome(call) == Outcome.DRAINING) {
                    return;
                }
                if (moment == Moment.CALLED && calls.size() >= 5) {
                    reached.complete(null);
                }
            }
        }

        private static Outcome outcome(CompletableFuture<byte[]> call) {
            return call.handle((answer, failure) -> failure == null
                            ? Outcome.OK
                            : failure instanceof CallException e ? e.outcome() : Outcome.APPLICATION_ERROR)
                    .join();
        }

        @Override
        public void workerPhase(PeerId worker, WorkerPhase phase, long pid, long millis) {
            if (phase.name().equals(moment.name())) {
                reached.complete(null);
            }
        }

        @Override
        public void workerReplacing(PeerId worker, PeerId next, String reason) {
            if (moment == Moment.REPLACING) {
                reached.complete(null);
            }
        }
    }
}
