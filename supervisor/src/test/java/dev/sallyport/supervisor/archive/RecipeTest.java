package dev.sallyport.supervisor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.GroupSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {

    @TempDir
    private Path folder;

    private Path jar;

    @BeforeEach
    void makeJar() throws Exception {
        jar = Files.writeString(folder.resolve("a.jar"), "a");
    }

    static GroupSpec group(List<String> classPath, List<String> jvmArgs, String... roots) {
        return GroupSpec.builder("g")
                .classPath(classPath)
                .discoveryRoots(List.of(roots))
                .jvmArgs(jvmArgs)
                .build();
    }

    private Recipe recipe(List<String> jvmArgs, String... roots) throws NoArchiveException {
        return Recipe.of(group(List.of(jar.toString()), jvmArgs, roots));
    }

    @Test
    void theKeyChangesWithTheJarAndTheFlagsButNotWithTheRoots() throws Exception {
        Recipe first = recipe(List.of(), "a.jar");
        assertThat(recipe(List.of(), "a.jar", "b.jar").key())
                .isEqualTo(first.key())
                .matches("[0-9a-f]{64}");
        assertThat(recipe(List.of("-Xmx1g"), "a.jar").key()).isNotEqualTo(first.key());
        FileTime written = Files.getLastModifiedTime(jar);
        Files.writeString(jar, "ab");
        Files.setLastModifiedTime(jar, written);
        Recipe longer = recipe(List.of(), "a.jar");
        assertThat(longer.key()).isNotEqualTo(first.key());
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
        assertThat(recipe(List.of(), "a.jar").key()).isNotEqualTo(longer.key());
    }

    @Test
    void groupsOnOneClassPathShareATrainingRunWithTheRootsOfBoth() throws Exception {
        assertThat(recipe(List.of(), "a.jar")
                        .and(recipe(List.of(), "b.jar", "a.jar"))
                        .roots())
                .containsExactly("a.jar", "b.jar");
    }

    /** The JVM archives nothing as soon as one folder is on the class path. */
    @Test
    void aFolderOnTheClassPathRulesItOut() {
        assertThatThrownBy(() -> Recipe.of(group(List.of(jar.toString(), folder.toString()), List.of(), "a.jar")))
                .isInstanceOf(NoArchiveException.class)
                .hasMessageContaining("folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-javaagent:secret.jar",
                "-agentlib:jdwp=transport=dt_socket",
                "-XX:SharedArchiveFile=own.jsa",
                "-Xshare:off",
                "-XX:AOTCache=own.aot",
                "--patch-module=java.base=secret.jar",
                "@secret.args",
            })
    void flagsOfItsOwnRuleItOutAndAreNotRepeated(String flag) {
        assertThatThrownBy(() -> recipe(List.of(flag), "a.jar"))
                .isInstanceOf(NoArchiveException.class)
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("own.");
    }

    @Test
    void trainingTakesOverNoFlagThatActs() throws Exception {
        List<String> acting = List.of(
                "-Xlog:gc:file=gc.log",
                "-XX:StartFlightRecording=filename=a.jfr",
                "-Dcom.sun.management.jmxremote.port=9010",
                "-XX:OnOutOfMemoryError=reboot",
                "-XX:HeapDumpPath=/dumps");
        assertThat(recipe(acting, "a.jar").jvmArgs()).isEmpty();
        assertThat(recipe(List.of("-Xss256k", "-Da=b"), "a.jar").jvmArgs()).containsExactly("-Xss256k", "-Da=b");
    }
}
