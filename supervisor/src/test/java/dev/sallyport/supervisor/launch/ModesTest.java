package dev.sallyport.supervisor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.BootstrapSupervisor;
import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.ExecutionIpc;
import dev.sallyport.supervisor.RuntimeConfig.Lifecycle;
import dev.sallyport.supervisor.StopPolicy;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.StopReport.End;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorListener;
import dev.sallyport.supervisor.WorkerGroup;
import dev.sallyport.supervisor.worker.TestRoot;
import dev.sallyport.transport.Deadline;
import dev.sallyport.transport.MethodDescriptor;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The modes against each other: what a caller sees does not depend on where workers live. */
class ModesTest {

    private static final MethodDescriptor<byte[], byte[]> TALLY = MethodDescriptor.ofBytes("tally/add");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Mode and medium. */
    enum Profile {
        INLINE_IN_MEMORY,
        INLINE_TCP_LOCAL,
        PROCESS_SUPERVISOR
    }

    @TempDir
    static Path folder;

    private static Path tally;

    @BeforeAll
    static void compileRoots() {
        tally = TestRoot.jar(folder, "tally", """
                @Singleton class Tally implements Worker {
                  private static final java.util.Map<String, Integer> COUNTS = new java.util.TreeMap<>();
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("tally/add"), (call, key) -> add(new String(key))).build();
                  }
                  private static synchronized byte[] add(String key) {
                    if (key.equals("stuck")) System.setProperty("tally.stuck", "yes");
                    if (key.equals("stuck")) while (true) java.util.concurrent.locks.LockSupport.park();
                    COUNTS.merge(key, 1, Integer::sum);
                    return COUNTS.toString().getBytes();
                  }
                }
                """);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("PARITY the same calls have the same answers, and the same end, in every mode")
    void PARITY_sameAnswersAndSameEnd(Profile profile) {
        try (BootstrapSupervisor supervisor = start(profile, "tally.jar")) {
            assertThat(answers(supervisor.group("tally")))
                    .as("a key stays with its worker, and two workers share no state")
                    .containsExactly(
                            "{a=1}",
                            "{b=1}",
                            "{b=1, c=1}",
                            "{a=2}",
                            "{b=2, c=1}",
                            "{b=2, c=2}",
                            "{b=2, c=2, d=1}",
                            "{a=3}");
            StopReport report = supervisor.stopGroups(StopPolicy.graceful(Duration.ofSeconds(20)));
            assertThat(report.isGraceful()).isTrue();
            assertThat(report.groups())
                    .singleElement()
                    .satisfies(group -> assertThat(group.workers()).hasSize(2).allSatisfy(worker -> {
                        assertThat(worker.end()).isEqualTo(End.CLEAN);
                        assertThat(worker.phase()).isEqualTo(StopReport.Phase.STOPPED);
                        assertThat(worker.pid() != 0).isEqualTo(profile == Profile.PROCESS_SUPERVISOR);
                    }));
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("CHILD-BOOT-03 a bad root is the same category in every mode")
    void CHILD_BOOT_03_sameCategoryInEveryMode(Profile profile) {
        SupervisorException failure =
                catchThrowableOfType(SupervisorException.class, () -> start(profile, "missing.jar"));
        assertThat(failure.category()).isEqualTo(SupervisorException.Category.CHILD_BOOTSTRAP);
        assertThat(failure).hasMessageContaining("E_BUNDLE_FIELD: discovery_roots[0] is not on the class path");
    }

    @Test
    @DisplayName("STOP-IPC-02 an inline worker whose call never returns is given up, and the report says forced")
    void STOP_IPC_02_inlineWorkerThatIsStuck() {
        try (BootstrapSupervisor supervisor = start(Profile.INLINE_IN_MEMORY, "tally.jar")) {
            var stuck = supervisor.group("tally").call(TALLY, bytes("stuck"), Deadline.after(LIMIT), "a");
            // the order to stop comes on another lane, and would overtake a call that is still on its way
            await().until(() -> System.getProperty("tally.stuck") != null);
            System.clearProperty("tally.stuck");
            StopReport report = supervisor.stopGroups(StopPolicy.graceful(Duration.ofMillis(200)));
            assertThat(report.isGraceful()).isFalse();
            await().until(stuck::isCompletedExceptionally);
        }
    }

    private static List<String> answers(WorkerGroup group) {
        List<String> answers = new ArrayList<>();
        for (String key : List.of("a", "b", "c", "a", "b", "c", "d", "a")) {
            byte[] answer =
                    group.call(TALLY, bytes(key), Deadline.after(LIMIT), key).join();
            answers.add(new String(answer, StandardCharsets.UTF_8));
        }
        return answers;
    }

    private static BootstrapSupervisor start(Profile profile, String root) {
        BootstrapSupervisor supervisor = Supervisors.create(config(profile, root), SupervisorListener.NONE);
        try {
            supervisor.startGroups();
            supervisor.waitReady(LIMIT);
            return supervisor;
        } catch (SupervisorException e) {
            supervisor.close();
            throw e;
        }
    }

    private static RuntimeConfig config(Profile profile, String root) {
        return new RuntimeConfig(
                profile == Profile.PROCESS_SUPERVISOR
                        ? RuntimeConfig.Mode.PROCESS_SUPERVISOR
                        : RuntimeConfig.Mode.INLINE,
                profile == Profile.INLINE_IN_MEMORY ? null : ExecutionIpc.DEFAULT,
                new Lifecycle(LIMIT, Duration.ofSeconds(10), true),
                List.of(group(root)),
                null);
    }

    private static GroupSpec group(String root) {
        List<String> classPath = new ArrayList<>(
                List.of(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), 0)));
        classPath.add(tally.toString());
        return GroupSpec.builder("tally")
                .workers(2)
                .classPath(classPath)
                .discoveryRoots(List.of(root))
                .jvmArgs(List.of(
                        "-XX:TieredStopAtLevel=1", "-Dslf4j.provider=dev.sallyport.supervisor.worker.WorkerLog"))
                .restart(RestartPolicy.NEVER)
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
