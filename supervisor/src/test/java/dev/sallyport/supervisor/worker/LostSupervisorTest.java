package dev.sallyport.supervisor.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.supervisor.WorkerExit;
import dev.sallyport.supervisor.local.Relay;
import dev.sallyport.supervisor.process.Running;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.Routes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers in processes of their own, whose supervisor is gone while they start, or is another one. */
@EnabledOnOs(OS.LINUX)
class LostSupervisorTest {

    /** A worker gives its control lane up after this time. */
    private static final String SHORT_GRACE = "{\"control_grace_ms\":500}";

    @TempDir
    static Path folder;

    private static Path root;

    @BeforeAll
    static void compileRoot() {
        root = TestRoot.jar(folder, "idle", """
                @Singleton class Idle implements Worker {
                  public Routes routes() {
                    return Routes.none();
                  }
                }
                """);
    }

    private static byte[] bundle(TestServer supervisor) {
        return ChildWorker.bundle(
                supervisor.server.issue(PeerSpec.of("parse", "parse-0")), List.of("idle.jar"), Map.of(), SHORT_GRACE);
    }

    @Test
    @DisplayName("K06 the parent dies in the middle of the bundle: E_BUNDLE_EOF, and not the time-out")
    void K06_parentDiesMidWrite() throws IOException {
        byte[] whole;
        try (TestServer supervisor = new TestServer(Routes.none())) {
            whole = bundle(supervisor);
        }
        Path half = Files.write(folder.resolve("half"), Arrays.copyOf(whole, whole.length / 2));
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HalfWriter.class.getName(),
                half.toString(),
                errors.toString()));
        command.addAll(ChildWorker.command(root));
        Process parent = new ProcessBuilder(command).start();
        ProcessHandle worker = ProcessHandle.of(printedPid(parent)).orElseThrow();
        parent.destroyForcibly();
        await().until(() -> !Running.isRunning(worker.pid()));
        assertThat(Files.readString(errors))
                .startsWith("CHILD_BOOTSTRAP: E_BUNDLE_EOF")
                .hasLineCount(1);
    }

    /** Later JDKs log the start of a process, and the logger of a test prints that as well. */
    private static long printedPid(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))
                .lines()
                .filter(line -> line.matches("[0-9]+"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("U02 the supervisor is another one: its old workers cannot attach, and exit")
    void U02_supervisorRestarted() {
        try (TestServer before = new TestServer(Routes.none());
                TestServer after = new TestServer(Routes.none());
                Relay relay = new Relay();
                ChildWorker worker = ChildWorker.start(folder, ChildWorker.command(root))) {
            worker.write(relay.lure(bundle(before)));
            await().until(before::isReady);
            assertThat(before.opened).contains(Lane.CONTROL, Lane.DATA);

            relay.leadTo(after.server.address().getPort());
            relay.cutAll();

            assertThat(worker.exitCode()).isEqualTo(WorkerExit.ORPHANED.code());
            assertThat(after.opened).isEmpty();
            assertThat(before.closed).contains(RejectReason.E_TRUNCATED);
        }
    }
}
