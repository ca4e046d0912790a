package dev.sallyport.supervisor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.supervisor.RuntimeLifecycleManager;
import dev.sallyport.supervisor.RuntimeTransportService;
import dev.sallyport.supervisor.WorkerContext;
import dev.sallyport.supervisor.bootstrap.BundleBytes;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import dev.sallyport.supervisor.bootstrap.WorkerBlueprint;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.RejectedException;
import dev.sallyport.transport.keys.IssuedCredential;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerContainerTest {

    @TempDir
    static Path folder;

    private static Path alpha;
    private static Path beta;
    private static ClassPath classPath;

    @BeforeAll
    static void compileRoots() {
        alpha = TestRoot.jar(folder, "alpha", """
                @Singleton class Alpha implements Worker {
                  Alpha(WorkerContext context, RuntimeTransportService transport, RuntimeLifecycleManager lifecycle) {
                    System.setProperty("test.alpha", context.id() + " " + context.selectors().get("limit"));
                  }
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("alpha/run"), (call, in) -> in).build();
                  }
                }
                """);
        beta = TestRoot.jar(folder, "beta", """
                @Singleton class Beta implements Worker {
                  static { System.setProperty("test.beta", "initialised"); }
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("beta/run"), (call, in) -> in).build();
                  }
                }
                """);
        classPath = TestRoot.classPath(alpha, beta);
    }

    @Test
    @DisplayName(
            "CHILD-BOOT-01 a container is the platform's module and those of its roots; disjoint roots give different ones")
    void CHILD_BOOT_01_disjointRootsGiveDifferentContainers() {
        try (WorkerContainer container = build(alpha.toString())) {
            assertThat(container.routes().methods()).containsExactly("alpha/run");
            assertThat(System.getProperty("test.alpha")).isEqualTo("parse/parse-0#1 3");
            assertThat(System.getProperty("test.beta"))
                    .as("on the class path, yet not loaded")
                    .isNull();
        }
        try (WorkerContainer container = build("beta.jar")) {
            assertThat(container.routes().methods()).containsExactly("beta/run");
        }
        try (WorkerContainer container = build("alpha.jar", "beta.jar")) {
            assertThat(container.routes().methods()).containsExactlyInAnyOrder("alpha/run", "beta/run");
        }
    }

    @Test
    @DisplayName("CHILD-BOOT-02 the container resolves its runtime services and its metadata")
    void CHILD_BOOT_02_runtimeServicesAreResolved() {
        try (WorkerContainer container = build("alpha.jar")) {
            assertThat(container.scope().get(RuntimeTransportService.class)).isNotNull();
            assertThat(container.scope().get(RuntimeLifecycleManager.class)).isNotNull();
            assertThat(container.scope().get(WorkerContext.class).scenario()).isEqualTo("test");
        }
    }

    @Test
    @DisplayName(
            "CHILD-BOOT-03 roots that are missing, unknown, named twice or without a module are refused before anything connects")
    void CHILD_BOOT_03_badRoots() throws IOException {
        Path plain = Files.createDirectories(folder.resolve("plain"));
        ClassPath withPlain = TestRoot.classPath(alpha, plain);
        refused(withPlain, "discovery_roots is missing");
        refused(
                withPlain,
                "discovery_roots[1] is not on the class path: add its jar to it, or correct the name",
                "alpha.jar",
                "gamma.jar");
        refused(
                withPlain,
                "discovery_roots[0] is not on the class path: add its jar to it, or correct the name",
                beta.toString());
        refused(withPlain, "discovery_roots[1] was named before", "alpha.jar", alpha.toString());
        refused(
                withPlain,
                "discovery_roots[0] has no generated injection module: compile it with the processor avaje-inject-generator",
                "plain");
        refused(withPlain, "discovery_roots[0] is not on the class path: add its jar to it, or correct the name", "\0");
    }

    @Test
    @DisplayName("CHILD-BOOT-03 a runtime slice of another shape is refused, and not repeated")
    void CHILD_BOOT_03_badRuntimeShape() {
        try (IssuedCredential credential = BundleBytes.credential(1, List.of("alpha.jar"), "[\"canary\"]")) {
            assertThatThrownBy(() -> WorkerBlueprint.of(credential, classPath))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_FIELD))
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void aClassThatIsNotOfTheRootIsNotMadeAModule() throws IOException {
        System.clearProperty("test.beta");
        Path forged = naming("forged.jar", "beta.BetaModule");
        assertThatThrownBy(() -> build(TestRoot.classPath(forged, beta), "forged.jar"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("names no injection module of its own");
        Path absurd = naming("absurd.jar", "alpha.Alpha");
        assertThatThrownBy(() -> build(TestRoot.classPath(absurd), "absurd.jar"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("names what is no injection module");
        assertThat(System.getProperty("test.beta")).isNull();
    }

    @Test
    void oneMethodServedTwiceIsOneClearError() {
        Path rival = TestRoot.jar(folder, "rival", """
                @Singleton class Rival implements Worker {
                  public Routes routes() {
                    return Routes.builder().on(MethodDescriptor.ofBytes("alpha/run"), (call, in) -> in).build();
                  }
                }
                """);
        assertThatThrownBy(() -> build(TestRoot.classPath(alpha, rival), "alpha.jar", "rival.jar"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("two routes for method alpha/run");
    }

    @Test
    void aConstructorThatFailsIsAContainerThatFails() {
        Path broken = TestRoot.jar(folder, "broken", """
                @Singleton class Broken implements Worker {
                  Broken() { throw new IllegalStateException("no model file"); }
                  public Routes routes() { return Routes.none(); }
                }
                """);
        assertThatThrownBy(() -> build(TestRoot.classPath(broken), "broken.jar"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("no model file");
    }

    @Test
    void anErrorOfAConstructorIsAContainerThatFails() {
        Path broken = TestRoot.jar(folder, "asserting", """
                @Singleton class Asserting implements Worker {
                  Asserting() { throw new AssertionError("no such model"); }
                  public Routes routes() { return Routes.none(); }
                }
                """);
        assertThatThrownBy(() -> build(TestRoot.classPath(broken), "asserting.jar"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("no such model");
    }

    @Test
    void aRootWithoutAWorkerIsRefused() {
        Path idle = TestRoot.jar(folder, "idle", "@Singleton class Idle {}");
        assertThatThrownBy(() -> build(TestRoot.classPath(idle), "idle.jar"))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("implements Worker");
    }

    private static WorkerContainer build(String... roots) {
        return build(classPath, roots);
    }

    private static WorkerContainer build(ClassPath entries, String... roots) {
        try (IssuedCredential credential = BundleBytes.credential(1, List.of(roots), "{}")) {
            SupervisorCalls calls = new SupervisorCalls();
            LifecycleManager lifecycle = new LifecycleManager(Runnable::run, reason -> {});
            return WorkerContainer.build(WorkerBlueprint.of(credential, entries), calls, lifecycle);
        }
    }

    private static void refused(ClassPath entries, String detail, String... roots) {
        try (IssuedCredential credential = BundleBytes.credential(1, List.of(roots), "{}")) {
            assertThatThrownBy(() -> WorkerBlueprint.of(credential, entries))
                    .isInstanceOfSatisfying(
                            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(RejectReason.E_BUNDLE_FIELD))
                    .hasMessageEndingWith(detail);
        }
    }

    /** A copy of the first root whose service file names this class. */
    private static Path naming(String jarName, String className) throws IOException {
        Path jar = Files.copy(alpha, folder.resolve(jarName));
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Files.writeString(zip.getPath(DiscoveryRoots.SERVICE_FILE), className);
        }
        return jar;
    }
}
