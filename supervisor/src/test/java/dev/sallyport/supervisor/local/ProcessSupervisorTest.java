package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.Mode;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The supervisor with real child JVMs, most of which misbehave. */
@EnabledOnOs(OS.LINUX)
class ProcessSupervisorTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.ofBytes("odd/echo");
    private static final MethodDescriptor<byte[], byte[]> NAP = MethodDescriptor.ofBytes("odd/nap");

    /** Some tests wait for whole phases of a stop, which nothing shortens: they do it together, while the others run. */
    private static final ExecutorService WAITING = Executors.newCachedThreadPool();

    private static Future<?> staysAfterItsFailure;
    private static Future<?> deafChild;
    private static Future<?> leftRunning;
    private static Future<?> forcedLater;

    @BeforeAll
    static void beginToWait() {
        staysAfterItsFailure = WAITING.submit(ProcessSupervisorTest::staysAfterItsFailure);
        deafChild = WAITING.submit(ProcessSupervisorTest::deafChild);
        leftRunning = WAITING.submit(ProcessSupervisorTest::leftRunning);
        forcedLater = WAITING.submit(ProcessSupervisorTest::forcedLater);
    }

    @AfterAll
    static void end() {
        WAITING.shutdownNow();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "exit-78, CHILD_BOOTSTRAP, exited with 78",
        "never-ready, READY_TIMEOUT, was not ready in the time that the caller gave"
    })
    @DisplayName("BOOT-API-03 a start failure is one category, with evidence, and everything torn down")
    void BOOT_API_03_startFailure(String odd, Category category, String evidence) {
        startFails(odd, category, evidence);
    }

    @Test
    @DisplayName("BOOT-API-03 the same of a worker that says that it failed, and does not go")
    void BOOT_API_03_staysAfterItsFailure() throws Exception {
        staysAfterItsFailure.get();
    }

    private static void staysAfterItsFailure() {
        startFails("fails", Category.CHILD_BOOTSTRAP, "reported CHILD_BOOTSTRAP: no such bean");
    }

    private static void startFails(String odd, Category category, String evidence) {
        try (Rig rig = new Rig(LONG, Rig.odd("bad", 1, odd))) {
            SupervisorException failure = catchThrowableOfType(SupervisorException.class, () -> {
                rig.supervisor.startGroups();
                rig.supervisor.waitReady(odd.equals("never-ready") ? authenticated(rig) : Rig.READY);
            });
            assertThat(failure.category()).isEqualTo(category);
            assertThat(failure.causes())
                    .singleElement()
                    .asString()
                    .contains("bad/0#1 (pid ", evidence, "last output: odd worker: " + odd);
            assertThat(rig.stops).hasSize(1);
            assertThat(rig.pids.values()).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        }
    }

    /** How long to wait for a worker that has come as far as it will. */
    private static Duration authenticated(Rig rig) {
        await().until(() -> rig.told.contains("phase bad/0#1 AUTHENTICATED"));
        return SHORT;
    }

    @Test
    @DisplayName("BOOT-API-03 a worker that exits is one category, and whatever had started is stopped in reverse")
    void BOOT_API_03_teardown() {
        try (Rig rig = new Rig(LONG, Rig.odd("good", 1, "good"), Rig.odd("bad", 1, "exit-3", "good"))) {
            SupervisorException failure = catchThrowableOfType(SupervisorException.class, () -> {
                rig.supervisor.startGroups();
                rig.supervisor.waitReady(Rig.READY);
            });
            assertThat(failure.category()).isEqualTo(Category.BOOTSTRAP);
            assertThat(failure.causes())
                    .singleElement()
                    .asString()
                    .contains("bad/0#1 (pid ", "exited with 3", "last output: odd worker: exit-3");
            assertThat(rig.told("stopped")).containsExactly("stopped bad GRACEFUL", "stopped good GRACEFUL");
            assertThat(rig.pids.values()).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        }
    }

    @Test
    @DisplayName("K10 a child that is dead before its bundle is written: a start failure with evidence")
    void K10_deadChild() {
        try (Rig rig = new Rig(LONG, Rig.command("dead", "/bin/sh", "-c", "echo no config >&2; exit 9"))) {
            assertThatThrownBy(() -> {
                        rig.supervisor.startGroups();
                        rig.supervisor.waitReady(Rig.READY);
                    })
                    .isInstanceOfSatisfying(
                            SupervisorException.class,
                            e -> assertThat(e.category()).isEqualTo(Category.BOOTSTRAP))
                    .hasMessageContainingAll("dead/0#1", "last output: no config");
        }
    }

    @Test
    @DisplayName("a command that prints its bundle: none of it is in the evidence, which says what it did")
    void commandPrintsItsBundle() {
        try (Rig rig = new Rig(LONG, Rig.command("parrot", "/bin/sh", "-c", "head -c 60; exit 9"))) {
            assertThatThrownBy(() -> {
                        rig.supervisor.startGroups();
                        rig.supervisor.waitReady(Rig.READY);
                    })
                    .hasMessageContainingAll("parrot/0#1", "last output: this worker prints its standard input")
                    .hasMessageNotContaining("SWPB");
        }
    }

    @Test
    @DisplayName("K12 a child that never reads: start does not block, the spawn fails at its deadline")
    void K12_deafChild() throws Exception {
        deafChild.get();
    }

    private static void deafChild() {
        try (Rig rig = new Rig(Duration.ofSeconds(3), LONG, Rig.odd("deaf", 1, "deaf"))) {
            rig.supervisor.startGroups();
            assertThatThrownBy(() -> rig.supervisor.waitReady(Rig.READY))
                    .isInstanceOfSatisfying(
                            SupervisorException.class,
                            e -> assertThat(e.category()).isEqualTo(Category.BOOTSTRAP))
                    .hasMessageContaining("did not connect in time");
            assertThat(rig.stops)
                    .singleElement()
                    .satisfies(stop -> assertThat(stop.mode()).isEqualTo(Mode.FORCED));
        }
    }

    @Test
    @DisplayName("PROC-02 shutdown drains: what is in flight is answered, and then the worker stops cleanly")
    void PROC_02_drainOnShutdown() {
        CompletableFuture<byte[]> napping;
        Rig rig = new Rig(LONG, Rig.odd("a", 1, "good")).up();
        try (rig) {
            napping = rig.supervisor.group("a").call(NAP, new byte[] {30}, Deadline.after(LONG));
            // the order to stop comes on another lane, and would overtake a call that is still on its way
            rig.supervisor
                    .group("a")
                    .call(ECHO, new byte[1], Deadline.after(LONG))
                    .join();
        }
        assertThat(napping.join()).hasSize(1);
        assertThat(rig.stops).singleElement().satisfies(stop -> {
            assertThat(stop.mode()).isEqualTo(Mode.GRACEFUL);
            assertThat(stop.workers()).extracting(WorkerStop::end).containsExactly(End.CLEAN);
        });
    }

    @Test
    @DisplayName("Z12 force disabled: stop time-out category, the worker left running and named; close ends it")
    void Z12_withoutForce() throws Exception {
        leftRunning.get();
    }

    private static void leftRunning() {
        ProcessHandle left;
        try (Rig rig = new Rig(SHORT, Rig.odd("a", 1, "ignores"))) {
            rig.up();
            left = rig.process(Rig.id("a", 0, 1));
            assertThatThrownBy(() ->
                            rig.supervisor.stopGroups(StopPolicy.graceful(SHORT).withoutForce()))
                    .isInstanceOfSatisfying(SupervisorException.class, e -> {
                        assertThat(e.category()).isEqualTo(Category.STOP_TIMEOUT);
                        assertThat(e.causes()).containsExactly("a/0#1 (pid " + left.pid() + ")");
                    });
            assertThat(left.isAlive()).isTrue();
            assertThat(rig.stops)
                    .singleElement()
                    .satisfies(stop -> assertThat(stop.workers())
                            .extracting(WorkerStop::end)
                            .containsExactly(End.LEFT_RUNNING));
        }
        assertThat(left.isAlive()).isFalse();
    }

    @Test
    @DisplayName("Z12 a later stop with force ends what a stop without it left running")
    void Z12_forcedLater() throws Exception {
        forcedLater.get();
    }

    private static void forcedLater() {
        try (Rig rig = new Rig(SHORT, Rig.odd("a", 1, "ignores"))) {
            rig.up();
            ProcessHandle left = rig.process(Rig.id("a", 0, 1));
            StopPolicy spared = StopPolicy.graceful(SHORT).withoutForce();
            assertThatThrownBy(() -> rig.supervisor.stopGroups(spared)).isInstanceOf(SupervisorException.class);
            assertThatThrownBy(() -> rig.supervisor.stopGroups(spared))
                    .as("the same answer again")
                    .isInstanceOf(SupervisorException.class);
            assertThat(left.isAlive()).isTrue();
            rig.supervisor.stopGroups(StopPolicy.graceful(Duration.ZERO));
            assertThat(left.isAlive()).isFalse();
        }
    }

    @Test
    void aStartAfterCloseIsRefused() {
        Rig rig = new Rig(LONG, Rig.odd("a", 1, "good"));
        rig.close();
        assertThatThrownBy(rig.supervisor::startGroups).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCallToAGroupThatWasNotStartedIsAnError() {
        try (Rig rig = new Rig(LONG, Rig.odd("a", 1, "good"))) {
            assertThatThrownBy(() -> rig.supervisor.waitReady(LONG)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> rig.supervisor.group("a")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> rig.supervisor.startGroups(List.of("x")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> rig.supervisor.waitReady(LONG)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
