package dev.sallyport.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.GroupSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCommandTest {

    private static GroupSpec group(List<String> command, List<String> classPath, List<String> jvmArgs) {
        return group(command, classPath, jvmArgs, Map.of());
    }

    private static GroupSpec group(
            List<String> command, List<String> classPath, List<String> jvmArgs, Map<String, String> env) {
        return GroupSpec.builder("g")
                .command(command)
                .classPath(classPath)
                .jvmArgs(jvmArgs)
                .env(env)
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=B", "A\0"})
    void aVariableThatNoEnvironmentCanHoldIsRefused(String name) {
        assertThatThrownBy(() -> group(List.of(), List.of(), List.of(), Map.of(name, "canary")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void aValueThatNoEnvironmentCanHoldIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> group(List.of(), List.of(), List.of(), Map.of("TOKEN", "canary\0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TOKEN")
                .hasMessageNotContaining("canary");
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
        List<String> argv = WorkerCommand.jvm(List.of("-further"), List.of("-XX:+UsePerfData"), 17);
        assertThat(argv.indexOf("-XX:+UsePerfData")).isGreaterThan(argv.indexOf("-XX:-UsePerfData"));
        assertThat(argv.indexOf("-XX:+UsePerfData")).isGreaterThan(argv.indexOf("-further"));
        assertThat(argv).doesNotContain("--enable-native-access=ALL-UNNAMED");
        assertThat(WorkerCommand.of(group(List.of(), List.of("a.jar", "b.jar"), List.of())))
                .contains("a.jar:b.jar");
    }

    @Test
    void nobodyAttachesToAWorkerUnlessTheGroupAllowsIt() {
        assertThat(WorkerCommand.jvm(List.of(), List.of(), 17))
                .contains("-XX:+DisableAttachMechanism", "-XX:-UsePerfData");
        List<String> debugged = WorkerCommand.jvm(List.of(), List.of("-XX:-DisableAttachMechanism"), 17);
        assertThat(debugged.indexOf("-XX:-DisableAttachMechanism"))
                .as("the last one of a flag wins")
                .isGreaterThan(debugged.indexOf("-XX:+DisableAttachMechanism"));
    }

    @Test
    void newerVersionsAreAllowedWhatTheLibrariesDo() {
        assertThat(WorkerCommand.jvm(List.of(), List.of(), 25))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void workersAreNotCompiledByC1Alone() {
        assertThat(WorkerCommand.jvm(List.of(), List.of(), 25)).noneMatch(flag -> flag.contains("TieredStopAtLevel"));
    }

    /** Two collectors, or a heap that starts above its limit, are refused by the JVM. */
    @ParameterizedTest
    @CsvSource({
        "-XX:+UseG1GC, -XX:+UseSerialGC",
        "-XX:+UseZGC, -XX:+UseSerialGC",
        "-Xmx2g, -Xmx256m",
        "-XX:MaxRAMPercentage=50, -Xmx256m",
        "-Xms512m, -Xms16m -Xmx256m",
        "-XX:InitialHeapSize=512m, -Xms16m -Xmx256m",
    })
    void aDefaultFlagGivesWayToItsOppositeInJvmArgs(String given, String gone) {
        List<String> argv = WorkerCommand.jvm(List.of(), List.of(given), 17);
        assertThat(argv).contains(given).doesNotContain(gone.split(" "));
    }

    @Test
    void aWildcardIsTheJarsOfItsFolderInOrder(@TempDir Path folder) throws Exception {
        for (String name : List.of("b.jar", "a.jar", "c.txt", "D.JAR")) {
            Files.createFile(folder.resolve(name));
        }
        List<String> entries = WorkerCommand.classPath(group(List.of(), List.of("x.jar", folder + "/*"), List.of()));
        assertThat(entries).containsExactly("x.jar", folder + "/D.JAR", folder + "/a.jar", folder + "/b.jar");
    }

    @Test
    void aCommandIsTakenAsItIs() {
        assertThat(WorkerCommand.of(group(List.of("python3", "worker.py"), List.of(), List.of("-Xmx1g"))))
                .containsExactly("python3", "worker.py");
    }
}
