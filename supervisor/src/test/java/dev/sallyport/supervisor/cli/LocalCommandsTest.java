package dev.sallyport.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.admin.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that need no running supervisor. */
class LocalCommandsTest {

    private static final String CANARY = "c0ffee22".repeat(8);
    private static final String SERVICE = """
            runtime:
              platform:
                bootstrap: {mode: process_supervisor}
                execution_ipc: {transport: tcp_local}
                process_groups:
                  - {name: web, depends_on: [db], jvm_args: [-Dapi.key=%1$s, -Xmx64m], env: {DB_PASSWORD: %1$s, HOME: }}
                  - {name: db, workers: 2, command: [python3, worker.py, --token=%1$s]}
            """.formatted(CANARY);

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FakeSupervisor supervisor = new FakeSupervisor();
    private final AtomicReference<RunSession> session = new AtomicReference<>();

    private RunDirectory directory() {
        return new RunDirectory(folder.resolve("run"));
    }

    private int execute(String... arguments) {
        Signals signals = (running, work) -> {
            session.set(running);
            return work.get();
        };
        return SallyportCommand.commandLine(new Shell(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        Style.PLAIN,
                        directory(),
                        supervisor.factory(),
                        signals))
                .execute(arguments);
    }

    private String config(String text) throws IOException {
        return Files.writeString(folder.resolve("c.yml"), text).toString();
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    @DisplayName("plan shows the order, and each command line and environment without what may be a secret")
    void plan() throws IOException {
        assertThat(execute("plan", "--config", config(SERVICE))).isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "1. db: 2 workers",
                        "argv     python3",
                        "argv     worker.py",
                        "argv     --token=***",
                        "archive  its workers run a command")
                .containsSubsequence(
                        "2. web: 1 worker, when ready: db",
                        "argv     -XX:+UseSerialGC",
                        "argv     -Dapi.key=***",
                        "archive  it has no discovery roots")
                .containsPattern("(?m)^ +env +DB_PASSWORD  \\(from the configuration\\)$")
                .containsPattern("(?m)^ +env +PATH=")
                .contains("dev.sallyport.supervisor.worker.WorkerMain")
                .doesNotContain(CANARY);
        assertThat(err.toString()).doesNotContain(CANARY);
        assertThat(supervisor.asked).isEmpty();
    }

    @Test
    @DisplayName("plan --json has the same steps; an inline configuration starts no process")
    void planJson() throws IOException {
        assertThat(execute("plan", "--config", config(SERVICE), "--json")).isZero();
        assertThat(json().at("/steps/0/group").asString()).isEqualTo("db");
        assertThat(json().at("/steps/1/depends_on/0").asString()).isEqualTo("db");
        assertThat(json().at("/steps/1/argv").valueStream().map(JsonNode::asString))
                .as("the whole class path")
                .contains(System.getProperty("java.class.path"));
        assertThat(json().at("/steps/1/class_archive").asString()).isEqualTo("off");
        assertThat(json().at("/steps/1/argv/" + json().at("/steps/1/wrapper").asInt())
                        .asString())
                .as("what the wrapper runs")
                .endsWith("/bin/java");
        assertThat(json().at("/steps/1/env/DB_PASSWORD").asString()).isEqualTo("from the configuration");
        assertThat(out.toString()).doesNotContain(CANARY);
        assertThat(execute("plan", "-c", config("runtime: {platform: {process_groups: [{name: a}]}}")))
                .isZero();
        assertThat(out.toString()).contains("inside this process");
        assertThat(execute("plan", "-c", config("runtime: {x: 1}"))).isEqualTo(3);
    }

    @Test
    @DisplayName("plan shows the folder of class archives, whose name is foreign text, without its control characters")
    void planOfAStrangeFolder() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "a");
        String config = config("""
                runtime:
                  platform:
                    bootstrap: {mode: process_supervisor}
                    execution_ipc: {transport: tcp_local}
                    class_archive: {directory: "archives\\e[31m"}
                    process_groups: [{name: a, class_path: [a.jar], discovery_roots: [a.jar]}]
                """);
        String shown = "none yet: made in " + folder.resolve("archives\\u001b[31m");

        assertThat(execute("plan", "--config", config)).isZero();
        assertThat(out.toString()).contains("archive  " + shown).doesNotContain("\u001b");
        out.getBuffer().setLength(0);
        assertThat(execute("plan", "--config", config, "--json")).isZero();
        assertThat(json().at("/steps/0/class_archive_detail").asString()).startsWith(shown);
    }

    @Test
    @DisplayName("doctor --config tells of the class archive of each group")
    void doctorOfAConfiguration() throws IOException {
        assertThat(execute("doctor", "--config", config(SERVICE))).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^ok +class archive of db +off: its workers run a command$")
                .containsPattern("(?m)^ok +class archive of web +off: it has no discovery roots$");
        assertThat(execute("doctor", "-c", config("runtime: {x: 1}"))).isEqualTo(3);
    }

    @Test
    @DisplayName("doctor tells of each thing whether it is ok, and exits with 11 when one is fail")
    void doctor() throws IOException {
        assertThat(execute("doctor")).isZero();
        for (String what : new String[] {
            "java",
            "loopback",
            "epoll",
            "setsid",
            "prlimit",
            "setpriv",
            "kill",
            "run directory",
            "class path",
            "class archives",
            "open files",
            "processes",
            "init",
            "clock"
        }) {
            assertThat(out.toString()).containsPattern("(?m)^(ok|warn) +" + what + " ");
        }
        Files.createDirectory(
                directory().folder(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        out.getBuffer().setLength(0);
        assertThat(execute("doctor", "--json")).isEqualTo(11);
        assertThat(json().at("/exit").asInt()).isEqualTo(11);
        assertThat(out.toString()).contains("chmod 700");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    @DisplayName("completion prints a script that a shell can read")
    void completion(String shell) throws Exception {
        assertThat(execute("completion", shell)).isZero();
        assertThat(out.toString()).contains("complete -F _complete_sallyport", "postmortem", "--watch");
        Path script = Files.writeString(folder.resolve("completion"), out.toString());
        Process bash =
                new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).isZero();
        assertThat(execute("completion", "fish")).isEqualTo(2);
    }

    private static final String ECHO = "runtime: {platform: {process_groups: [{name: echo}]}}";

    private CompletableFuture<Integer> serving() throws IOException {
        String config = config(ECHO);
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> execute("serve", "-c", config));
        Awaitility.await().until(() -> out.toString().contains("started in"));
        return code;
    }

    @Test
    @DisplayName("serve keeps the groups up until sallyport stop, then stops them gracefully and exits with 0")
    void serveUntilStop() throws Exception {
        CompletableFuture<Integer> code = serving();
        supervisor.onStopOrder.run();
        assertThat(code.get()).isZero();
        assertThat(supervisor.asked).containsExactly("start_groups", "wait_ready 30", "stop_groups 10 true", "close");
        assertThat(out.toString()).contains("stopped gracefully");
    }

    @Test
    @DisplayName("a signal ends serve, stopped, when nobody reads its report")
    void signalWithoutReader() throws Exception {
        CompletableFuture<Integer> code = serving();
        CountDownLatch neverPrinted = new CountDownLatch(1);
        Signals.endBySignal(Objects.requireNonNull(session.get()), neverPrinted, Duration.ofMillis(1));
        assertThat(supervisor.asked).endsWith("stop_groups 10 true", "close");
        assertThat(code.get()).isZero();
    }

    @Test
    @DisplayName("an Error ends a command with 70, as any defect does")
    void error() throws IOException {
        supervisor.onStart = () -> {
            throw new StackOverflowError();
        };
        assertThat(execute("serve", "-c", config(ECHO))).isEqualTo(70);
        assertThat(err.toString()).contains("internal: ", "StackOverflowError");
    }

    @Test
    @DisplayName("a signal ends serve in the same way")
    void serveUntilSignal() throws Exception {
        CompletableFuture<Integer> code = serving();
        assertThat(Objects.requireNonNull(session.get()).interrupt()).isTrue();
        assertThat(code.get()).isZero();
        assertThat(supervisor.asked).endsWith("stop_groups 10 true", "close");
    }

    @Test
    @DisplayName("a group that is given up ends serve with 5 and its evidence")
    void serveUntilLost() throws Exception {
        CompletableFuture<Integer> code = serving();
        supervisor.listener.groupFailed("echo", "echo/0#1 crashed(9)");
        assertThat(code.get()).isEqualTo(5);
        assertThat(err.toString()).contains("worker_failed", "group echo is lost: echo/0#1 crashed(9)");
    }

    @Test
    @DisplayName("sallyport stop ends a run as a signal does")
    void runUntilStop() throws Exception {
        Path input = Files.writeString(folder.resolve("in.txt"), "one\nhang\n");
        String config = config(ECHO.replace("]}}", "]}, scenario: {id: echo}}"));
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> execute(
                "run",
                "-c",
                config,
                "-i",
                input.toString(),
                "-o",
                folder.resolve("out").toString()));
        Awaitility.await().until(() -> supervisor.asked.contains("group echo"));
        supervisor.onStopOrder.run();
        assertThat(code.get()).isEqualTo(1);
        assertThat(err.toString()).contains("aborted: ended by sallyport stop");
    }
}
