package dev.sallyport.supervisor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.StopReport.Mode;
import dev.sallyport.supervisor.StopReport.WorkerStop;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.transport.CallException;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    private static final MethodDescriptor<byte[], byte[]> EXIT = MethodDescriptor.ofBytes("odd/exit");

    @Test
    @DisplayName("BOOT-API-01 start, wait until ready, run, stop")
    void BOOT_API_01_aRun() {
        try (Rig rig = new Rig(LONG, Rig.odd("a", 2, "good"), Rig.odd("b", 1, "good", "a"))) {
            rig.up();
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            assertThat(rig.supervisor
                            .group("a")
                            .call(ECHO, hello, Deadline.after(LONG))
                            .join())
                    .isEqualTo(hello);
            assertThat(rig.supervisor
                            .group("b")
                            .call(ECHO, hello, Deadline.after(LONG), "key")
                            .join())
                    .isEqualTo(hello);
            StopReport report = rig.supervisor.stopGroups(StopPolicy.graceful(LONG));
            assertThat(report.isGraceful()).isTrue();
            assertThat(report.groups()).extracting(StopReport.GroupStop::name).containsExactly("b", "a");
            assertThat(report.groups().get(1).workers())
                    .extracting(WorkerStop::end)
                    .containsOnly(End.CLEAN);
            assertThat(report.groups()).isEqualTo(rig.stops);
            assertThat(rig.supervisor.stopGroups(StopPolicy.graceful(LONG))).isEqualTo(report);
            assertThat(rig.stops).hasSize(2);
        }
    }

    @Test
    @DisplayName("BOOT-API-02 groups start in depends_on order and stop in reverse")
    void BOOT_API_02_order() {
        try (Rig rig = new Rig(LONG, Rig.odd("b", 1, "good", "a"), Rig.odd("a", 1, "good"))) {
            rig.up();
            assertThat(rig.told("phase"))
                    .containsSubsequence(
                            "phase a/0#1 SPAWNED", "phase a/0#1 READY", "phase b/0#1 SPAWNED", "phase b/0#1 READY");
            rig.supervisor.stopGroups(StopPolicy.graceful(LONG));
            assertThat(rig.told("stopped")).containsExactly("stopped b GRACEFUL", "stopped a GRACEFUL");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "exit-3, BOOTSTRAP, exited with 3",
        "exit-78, CHILD_BOOTSTRAP, exited with 78",
        "fails, CHILD_BOOTSTRAP, reported CHILD_BOOTSTRAP: no such bean",
        "never-ready, READY_TIMEOUT, was not ready in the time that the caller gave"
    })
    @DisplayName("BOOT-API-03 a start failure is one category, with evidence, and everything torn down")
    void BOOT_API_03_startFailure(String odd, Category category, String evidence) {
        try (Rig rig = new Rig(LONG, Rig.odd("bad", 1, odd))) {
            SupervisorException failure = catchThrowableOfType(SupervisorException.class, () -> {
                rig.supervisor.startGroups();
                rig.supervisor.waitReady(odd.equals("never-ready") ? Duration.ofSeconds(5) : Rig.READY);
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

    @Test
    @DisplayName("BOOT-API-03 whatever had started is stopped in reverse")
    void BOOT_API_03_teardown() {
        try (Rig rig = new Rig(LONG, Rig.odd("good", 1, "good"), Rig.odd("bad", 1, "exit-3", "good"))) {
            assertThatThrownBy(() -> {
                        rig.supervisor.startGroups();
                        rig.supervisor.waitReady(Rig.READY);
                    })
                    .isInstanceOf(SupervisorException.class)
                    .hasMessageContaining("bad/0#1");
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
    @DisplayName("K12 a child that never reads: start does not block, the spawn fails at its deadline")
    void K12_deafChild() {
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
    @DisplayName("PROC-03 a crash surfaces as one category of one call outcome, at once, and the policy is followed")
    void PROC_03_crash() {
        RestartPolicy restart = new RestartPolicy(
                RestartPolicy.Type.PERMANENT, 5, Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(10));
        try (Rig rig = new Rig(LONG, Rig.odd("a", 1, "good", restart))) {
            rig.up();
            CompletionException failure = catchThrowableOfType(
                    CompletionException.class,
                    () -> rig.supervisor
                            .group("a")
                            .call(EXIT, new byte[] {7}, Deadline.after(LONG))
                            .join());
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            CallException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.WORKER_LOST));
            await().until(() -> rig.told.contains("phase a/0#2 READY"));
            assertThat(rig.told("lost")).singleElement().asString().contains("exited with 7", "phase READY");
            assertThat(rig.told("restarting")).containsExactly("restarting a/0#2");
            byte[] hello = {1};
            await().ignoreExceptions()
                    .until(() -> rig.supervisor
                                    .group("a")
                                    .call(ECHO, hello, Deadline.after(LONG))
                                    .join()
                                    .length
                            == 1);
        }
    }

    @Test
    @DisplayName(
            "a worker that served its number of requests is replaced without a lost call, and not counted as restarted")
    void recycledWithoutALostCall() {
        RestartPolicy never = new RestartPolicy(
                RestartPolicy.Type.PERMANENT, 0, Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(10));
        GroupSpec group = Rig.odd("a", 1, "good", never).withRecycle(new GroupSpec.Recycle(20, 0, 0));
        try (Rig rig = new Rig(LONG, group)) {
            rig.up();
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                assertThat(rig.supervisor
                                .group("a")
                                .call(ECHO, new byte[1], Deadline.after(LONG), "key")
                                .join())
                        .hasSize(1);
                return rig.told("replaced").findAny().isPresent();
            });
            assertThat(rig.told("replacing").findFirst().orElseThrow())
                    .startsWith("replacing a/0#1 a/0#2 max_requests: ");
            assertThat(rig.told)
                    .containsSubsequence("phase a/0#2 READY", "replaced a/0#1 CLEAN")
                    .noneMatch(line -> line.startsWith("lost") || line.startsWith("restarting"));
        }
    }

    @Test
    @DisplayName("PROC-04 a temporary worker is not replaced, and its group is said to have failed")
    void PROC_04_temporary() {
        try (Rig rig = new Rig(LONG, Rig.odd("a", 1, "good"))) {
            rig.up();
            rig.process(Rig.id("a", 0, 1)).destroyForcibly();
            await().until(() -> rig.told("failed").count() == 1);
            assertThat(rig.told("lost")).singleElement().asString().contains("was ended by signal 9 (SIGKILL)");
            StopReport report = rig.supervisor.stopGroups(StopPolicy.graceful(LONG));
            assertThat(report.groups().get(0).workers())
                    .extracting(WorkerStop::end)
                    .containsExactly(End.ALREADY_EXITED);
            assertThat(report.isGraceful()).isTrue();
        }
    }

    @Test
    @DisplayName("Z12 force disabled: stop time-out category, the worker left running and named; close ends it")
    void Z12_withoutForce() {
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
    void Z12_forcedLater() {
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
