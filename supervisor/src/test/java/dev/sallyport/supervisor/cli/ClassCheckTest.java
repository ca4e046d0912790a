package dev.sallyport.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.RuntimeConfig.Lifecycle;
import dev.sallyport.supervisor.RuntimeConfig.Mode;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code sallyport check} sees of the classes of groups, and what it does not touch. */
class ClassCheckTest {

    @TempDir
    private Path folder;

    /** Whoever loads a class from this folder fails. */
    private String root = "";

    @BeforeEach
    void makeRoot() throws IOException {
        root = file("root", DiscoveryRoots.SERVICE_FILE, "com.example.Missing");
        file("root", "com/example/Main.class", "no class");
    }

    private String file(String top, String name, String text) throws IOException {
        Path file = folder.resolve(top).resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
        return folder.resolve(top).toString();
    }

    private static RuntimeConfig config(Mode mode, GroupSpec... groups) {
        return mode == Mode.INLINE
                ? new RuntimeConfig(mode, null, Lifecycle.DEFAULT, List.of(groups), null)
                : RuntimeConfig.processes(List.of(groups));
    }

    private static List<String> withRuntime(String... entries) {
        String own = System.getProperty("java.class.path");
        return Stream.concat(Stream.of(entries), Stream.of(own.split(File.pathSeparator, 0)))
                .toList();
    }

    private static GroupSpec.Builder group(String name) {
        return GroupSpec.builder(name);
    }

    private static SupervisorException refused(Mode mode, GroupSpec.Builder... groups) {
        GroupSpec[] built = Stream.of(groups).map(GroupSpec.Builder::build).toArray(GroupSpec[]::new);
        return catchThrowableOfType(SupervisorException.class, () -> ClassCheck.check(config(mode, built)));
    }

    private static void accepted(Mode mode, GroupSpec.Builder group) {
        assertThatCode(() -> ClassCheck.check(config(mode, group.build()))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("roots are found by path and by name, and no class of theirs is loaded")
    void rootsThatAreThere(Mode mode) {
        accepted(mode, group("a").classPath(withRuntime(root)).discoveryRoots(List.of(root)));
        accepted(mode, group("a").classPath(withRuntime(root)).discoveryRoots(List.of("root")));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName(
            "a root that a start would refuse is told in the words of the start, with the group and whose class path that was")
    void rootsThatAreNot(Mode mode) throws IOException {
        String plain = file("plain", "readme.txt", "");
        GroupSpec.Builder own = group("a").classPath(withRuntime(root, plain));

        SupervisorException missing = refused(mode, own.discoveryRoots(List.of(root, "missing.jar")));
        assertThat(missing.category()).isEqualTo(Category.CHILD_BOOTSTRAP);
        assertThat(missing.causes())
                .containsExactly(
                        "group a on its class_path: E_BUNDLE_FIELD: discovery_roots[1] is not on the class path:"
                                + " add its jar to it, or correct the name");
        assertThat(refused(mode, own.discoveryRoots(List.of("plain"))))
                .hasMessageContaining("discovery_roots[0] has no generated injection module");
        assertThat(refused(mode, own.discoveryRoots(List.of()))).hasMessageContaining("discovery_roots is missing");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName(
            "without class_path and scenario a program of the user's may find what this one does not: noted, and no error")
    void classPathOfAnotherProgram(Mode mode) {
        GroupSpec group = group("b").discoveryRoots(List.of(root)).build();
        String told = "group b on "
                + (mode == Mode.INLINE
                        ? "sallyport's own class path"
                        : "the class path that sallyport gives to workers")
                + ", since it has no class_path:"
                + " E_BUNDLE_FIELD: discovery_roots[0] is not on the class path: add its jar to it, or correct the name";
        assertThat(ClassCheck.check(config(mode, group)))
                .containsExactly(told
                        + "; sallyport serve would not start it, a program that has it on its own class path would");

        RuntimeConfig plain = config(mode, group);
        RuntimeConfig forRun = new RuntimeConfig(
                mode, plain.ipc(), plain.lifecycle(), plain.groups(), new RuntimeConfig.Scenario("test", Map.of()));
        assertThat(catchThrowableOfType(SupervisorException.class, () -> ClassCheck.check(forRun))
                        .causes())
                .containsExactly(told);
        assertThat(refused(mode, group("b").discoveryRoots(List.of())))
                .as("a mistake of the file on every class path")
                .hasMessageContaining("discovery_roots is missing");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    @DisplayName("what is wrong with a root that is there is an error, whatever else is not there")
    void aRootThatIsThereAndWrong(Mode mode) {
        String plain = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, 0))
                .filter(entry -> entry.contains("slf4j-api"))
                .findFirst()
                .orElseThrow();
        assertThat(refused(mode, group("b").discoveryRoots(List.of(plain, "missing.jar"))))
                .hasMessageContaining("discovery_roots[0] has no generated injection module");
    }

    @Test
    @DisplayName("the same of a main class")
    void mainClassOfAnotherProgram() {
        GroupSpec group = group("b").entry("com.example.Main").build();
        assertThat(ClassCheck.check(config(Mode.PROCESS_SUPERVISOR, group)))
                .singleElement(STRING)
                .startsWith(
                        "group b on the class path that sallyport gives to workers, since it has no class_path: no main class com.example.Main;");
    }

    @Test
    @DisplayName("a main class is looked for, and not loaded; what it does with roots is its own affair")
    void mainClass() {
        accepted(Mode.PROCESS_SUPERVISOR, group("a").classPath(List.of(root)).entry("com.example.Main"));
        SupervisorException missing = refused(
                Mode.PROCESS_SUPERVISOR, group("a").classPath(List.of(root)).entry("com.example.Mian"));
        assertThat(missing.category()).isEqualTo(Category.BOOTSTRAP);
        assertThat(missing.causes()).containsExactly("group a on its class_path: no main class com.example.Mian");
    }

    @Test
    @DisplayName("a class_path without the worker runtime starts no process, and does inside this one")
    void withoutTheRuntime() {
        GroupSpec.Builder group = group("a").classPath(List.of(root)).discoveryRoots(List.of(root));
        assertThat(refused(Mode.PROCESS_SUPERVISOR, group))
                .hasMessageContaining("no main class dev.sallyport.supervisor.worker.WorkerMain");
        accepted(Mode.INLINE, group);
        assertThat(refused(Mode.INLINE, group.entry("com.example.Main")))
                .hasMessageContaining("entry needs bootstrap.mode process_supervisor");
    }

    @Test
    @DisplayName("a main class may come from a jar that another jar's manifest names")
    void mainClassBehindAManifest() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "root/");
        Path jar = folder.resolve("all.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        accepted(
                Mode.PROCESS_SUPERVISOR,
                group("a").classPath(List.of(jar.toString())).entry("com.example.Main"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xbootclasspath/a:x.jar", "-javaagent:x.jar", "--module-path=x", "@flags"})
    @DisplayName("no main class is missed where flags may bring it")
    void flagsThatBringClasses(String flag) {
        accepted(
                Mode.PROCESS_SUPERVISOR,
                group("a").classPath(List.of(root)).entry("com.example.Other").jvmArgs(List.of(flag)));
    }

    @Test
    @DisplayName(
            "every group that lacks something is told, the category is that of the first to start, and commands are left alone")
    void allGroups() {
        SupervisorException all = refused(
                Mode.PROCESS_SUPERVISOR,
                group("a").dependsOn(List.of("b")).classPath(withRuntime()).discoveryRoots(List.of("missing.jar")),
                group("b").classPath(List.of(root)).entry("com.example.Missing"),
                group("d").entry("com.example.Missing"),
                group("c").command(List.of("/no/such/program")));
        assertThat(all.category()).isEqualTo(Category.BOOTSTRAP);
        assertThat(all.causes()).hasSize(2);
        assertThat(all.causes().get(0)).startsWith("group b ");
        assertThat(all.causes().get(1)).startsWith("group a ");
    }
}
