package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RestartPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkerCommandTest {

    private static GroupSpec group(List<String> command, List<String> classPath, List<String> jvmArgs) {
        return new GroupSpec(
                "g",
                1,
                List.of(),
                "",
                command,
                classPath,
                List.of(),
                jvmArgs,
                Map.of(),
                Set.of(),
                null,
                RestartPolicy.DEFAULT,
                GroupSpec.Recycle.NEVER);
    }

    @Test
    void aJvmWorkerRunsTheWorkerRuntimeOnTheSupervisorsClassPath() {
        List<String> argv = WorkerCommand.of(group(List.of(), List.of(), List.of()));
        assertThat(argv.get(0)).endsWith("/bin/java");
        assertThat(argv.subList(argv.size() - 3, argv.size()))
                .containsExactly(
                        "-cp", System.getProperty("java.class.path"), "dev.sallyport.supervisor.worker.WorkerMain");
    }

    @Test
    void jvmArgumentsOfTheGroupStandBehindTheDefaultsAndSoWin() {
        List<String> argv = WorkerCommand.jvm(group(List.of(), List.of("a.jar", "b.jar"), List.of("-Xmx1g")), 17);
        assertThat(argv.indexOf("-Xmx1g")).isGreaterThan(argv.indexOf("-Xmx256m"));
        assertThat(argv).contains("a.jar:b.jar").doesNotContain("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void newerVersionsAreAllowedWhatTheLibrariesDo() {
        assertThat(WorkerCommand.jvm(group(List.of(), List.of(), List.of()), 25))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void workersAreNotCompiledByC1Alone() {
        assertThat(WorkerCommand.jvm(group(List.of(), List.of(), List.of()), 25))
                .noneMatch(flag -> flag.contains("TieredStopAtLevel"));
    }

    @Test
    void aCommandIsTakenAsItIs() {
        assertThat(WorkerCommand.of(group(List.of("python3", "worker.py"), List.of(), List.of("-Xmx1g"))))
                .containsExactly("python3", "worker.py");
    }
}
