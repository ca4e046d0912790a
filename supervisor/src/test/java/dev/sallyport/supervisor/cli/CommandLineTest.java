package dev.sallyport.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.admin.RunDirectory;
import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {

    private static final String CANARY = "c0ffee11".repeat(8);
    private static final String VALID = """
            runtime:
              platform:
                lifecycle: {ready_timeout_seconds: 7, graceful_timeout_seconds: 3, drain_inflight: false}
                process_groups: [{name: echo, class_path: [root], discovery_roots: [root]}]
              scenario: {id: echo}
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FakeSupervisor supervisor = new FakeSupervisor();
    private final AtomicReference<RunSession> session = new AtomicReference<>();
    private Path config = Path.of("");
    private Path input = Path.of("");
    private Path output = Path.of("");

    @BeforeEach
    void files() throws IOException {
        config = Files.writeString(folder.resolve("c.yml"), VALID);
        Path module = folder.resolve("root").resolve(DiscoveryRoots.SERVICE_FILE);
        Files.createDirectories(Objects.requireNonNull(module.getParent()));
        Files.writeString(module, "com.example.EchoModule");
        input = Files.writeString(folder.resolve("in.txt"), "one\ntwo\n");
        output = folder.resolve("out.txt");
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
                        new RunDirectory(folder.resolve("run")),
                        supervisor.factory(),
                        signals))
                .execute(arguments);
    }

    private int run(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--config", config.toString(), "--input", input.toString(), "--output"));
        arguments.add(output.toString());
        arguments.addAll(Arrays.asList(more));
        return execute(arguments.toArray(String[]::new));
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    @DisplayName("check prints the summary of a valid configuration")
    void checkValid() {
        assertThat(execute("check", "--config", config.toString())).isZero();

        assertThat(out.toString())
                .contains("is valid: bootstrap_mode=inline, transport=memory, secret_mode=null, kdf=null")
                .containsPattern("(?m)^ready_timeout_seconds +7$");
        assertThat(err.toString()).isEmpty();
        assertThat(supervisor.asked).isEmpty();
    }

    @Test
    @DisplayName("check --json prints one object")
    void checkJson() {
        assertThat(execute("check", "--config", config.toString(), "--json")).isZero();

        assertThat(json().at("/valid").asBoolean()).isTrue();
        assertThat(json().at("/summary/bootstrap_mode").asString()).isEqualTo("inline");
        assertThat(json().at("/summary/kdf").isNull()).isTrue();
        assertThat(json().at("/summary/groups/0/name").asString()).isEqualTo("echo");
    }

    @Test
    @DisplayName("check exits with 3 and tells every mistake, as text and as JSON, and no secret")
    void checkInvalid() throws IOException {
        Files.writeString(
                config,
                "runtime: {platform: {execution_ipc: {transport: tcp_local, auth: {secret: " + CANARY
                        + "}}, bootstrap: {mode: x}}}");

        assertThat(execute("check", "-c", config.toString())).isEqualTo(3);
        assertThat(err.toString())
                .contains("sallyport: configuration: " + config + ": 2 errors")
                .contains("  1:75 E_CONFIG_CONFLICT runtime.platform.execution_ipc.auth.secret: ")
                .contains("BOOT-CFG-01 runtime.platform.bootstrap.mode: ");

        assertThat(execute("check", "-c", config.toString(), "--json")).isEqualTo(3);
        assertThat(json().at("/valid").asBoolean()).isFalse();
        assertThat(json().at("/errors/0/code").asString()).isEqualTo("E_CONFIG_CONFLICT");
        assertThat(json().at("/errors/0/column").asInt()).isEqualTo(75);
        assertThat(json().at("/errors/1/allowed/0").asString()).isEqualTo("inline");
        assertThat(out + err.toString()).doesNotContain(CANARY);
    }

    @Test
    @DisplayName("check tells warnings, and accepts an inline secret without showing it")
    void checkWarns() throws IOException {
        Files.writeString(
                config,
                "runtime: {platform: {execution_ipc: {transport: tcp_local, auth: {secret_mode: static, secret: "
                        + CANARY + "}}}}");

        assertThat(execute("check", "-c", config.toString())).isZero();
        assertThat(err.toString()).contains("W_INLINE_SECRET", "W_STATIC_SECRET", "W_GROUP_ISOLATION");
        assertThat(execute("check", "-c", config.toString(), "--json")).isZero();
        assertThat(out + err.toString()).doesNotContain(CANARY);
    }

    @Test
    @DisplayName("check exits with 6 for a root that no worker would find, as text and as JSON, and starts nothing")
    void checkMissingRoot() throws IOException {
        Files.writeString(config, VALID.replace("discovery_roots: [root]", "discovery_roots: [rot]"));

        assertThat(execute("check", "-c", config.toString())).isEqualTo(6);
        assertThat(err.toString())
                .contains("sallyport: child_bootstrap: the groups would not start")
                .contains(
                        "  group echo on its class_path: E_BUNDLE_FIELD: discovery_roots[0] is not on the class path");

        assertThat(execute("check", "-c", config.toString(), "--json")).isEqualTo(6);
        assertThat(json().at("/valid").asBoolean()).isFalse();
        assertThat(json().at("/errors/0").asString()).contains("group echo", "E_BUNDLE_FIELD");
        assertThat(supervisor.asked).isEmpty();
    }

    @Test
    @DisplayName("check and run refuse a scenario that is not there or lacks a group")
    void scenarioMustFit() throws IOException {
        Files.writeString(config, "runtime: {scenario: {id: ecco}}");
        assertThat(execute("check", "-c", config.toString())).isEqualTo(3);
        assertThat(err.toString())
                .contains("E_CONFIG_UNKNOWN runtime.scenario.id")
                .contains("echo");

        Files.writeString(config, "runtime: {scenario: {id: echo}}");
        assertThat(run()).isEqualTo(3);
        assertThat(err.toString()).contains("needs a group echo");

        Files.writeString(config, "{}");
        assertThat(run()).isEqualTo(3);
        assertThat(err.toString()).contains("run needs a scenario");
        assertThat(supervisor.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"63, 3", "64, 0"})
    @DisplayName(
            "E_CONFIG_RELATION run and check refuse a group that takes fewer calls than a run makes at once, before anything starts")
    void E_CONFIG_RELATION_limitBelowWhatARunCalls(int limit, int code) throws IOException {
        Files.writeString(config, VALID.replace("{name: echo", "{name: echo, max_concurrent_calls: " + limit));

        assertThat(execute("check", "-c", config.toString())).isEqualTo(code);
        assertThat(run()).isEqualTo(code);
        assertThat(supervisor.asked.isEmpty()).isEqualTo(code != 0);
        if (code != 0) {
            assertThat(err.toString())
                    .contains(
                            "E_CONFIG_RELATION runtime.platform.process_groups: max_concurrent_calls of echo is below the 64");
        }
    }

    @Test
    @DisplayName("BOOT-API-01 start_groups, wait_ready, run, stop_groups wrap a run")
    void BOOT_API_01_runIsWrapped() {
        assertThat(run()).isZero();

        assertThat(supervisor.asked)
                .containsExactly("start_groups", "wait_ready 7", "group echo", "stop_groups 3 false", "close");
        assertThat(output).hasContent("ONE\nTWO\n");
        assertThat(out.toString())
                .containsPattern("(?m)^worker +pid +authenticated ms +container ms +ready ms +class archive$")
                .containsPattern("(?m)^echo/0#1 +4711 +100 +200 +300 +used$")
                .containsPattern("ran echo: 2 lines, 2 written, 0 without output, 0 malformed in .* records/s")
                .contains("stopped gracefully")
                .containsPattern("(?m)^echo +graceful +1 +1 clean +17$");
    }

    @Test
    @DisplayName("run --json prints one object and nothing else on standard output")
    void runJson() {
        assertThat(run("--json")).isZero();

        assertThat(json().at("/exit").asInt()).isZero();
        assertThat(json().at("/summary/bootstrap_mode").asString()).isEqualTo("inline");
        assertThat(json().at("/start/0/ready_ms").asInt()).isEqualTo(300);
        assertThat(json().at("/start/0/class_archive").asString()).isEqualTo("used");
        assertThat(json().at("/run/lines").asInt()).isEqualTo(2);
        assertThat(json().at("/stop/groups/0/workers/0/end").asString()).isEqualTo("clean");
    }

    @Test
    @DisplayName("a malformed line ends the run with 4, names its number, and leaves a right prefix")
    void malformedLine() throws IOException {
        Files.writeString(input, "one\nbad\ntwo\n");

        assertThat(run()).isEqualTo(4);
        assertThat(err.toString()).contains("malformed_line: ").contains("line 2");
        assertThat(output).hasContent("ONE\n");
        assertThat(supervisor.asked).endsWith("stop_groups 3 false", "close");
    }

    @Test
    @DisplayName(
            "an order to stop that comes during the start is no failure of a service, and ends a run as a later one does")
    void stopDuringStart() throws IOException {
        Files.writeString(output, "earlier");
        supervisor.onStart = () -> supervisor.onStopOrder.run();
        supervisor.onReady = new SupervisorException(Category.BOOTSTRAP, "stopped while starting", List.of(), null);

        assertThat(execute("serve", "--config", config.toString())).isZero();
        assertThat(run()).isEqualTo(1);
        assertThat(err.toString()).contains("aborted: ended by sallyport stop");
        assertThat(output).hasContent("earlier");
    }

    @Test
    @DisplayName("--skip-invalid leaves malformed lines out and says so")
    void skipInvalid() throws IOException {
        Files.writeString(input, "one\nbad\ntwo\n");

        assertThat(run("--skip-invalid")).isZero();
        assertThat(err.toString()).contains("left out line 2: not a word");
        assertThat(output).hasContent("ONE\nTWO\n");
    }

    @Test
    @DisplayName("what a worker says of a line or of a call reaches no terminal as it is")
    void workersTextIsEscaped() throws IOException {
        String evil = " \u001b]0;title\u0007\u202e" + "x".repeat(5_000);
        Files.writeString(input, "one\nbad" + evil + "\n");
        assertThat(run("--skip-invalid")).isZero();
        assertThat(run()).isEqualTo(4);
        Files.writeString(input, "fail" + evil + "\n");
        assertThat(run()).isEqualTo(1);

        assertThat(err.toString())
                .contains(
                        "left out line 2: not a word \\u001b]0;title\\u0007\\u202e",
                        "malformed_line: ",
                        "call_failed: ")
                .doesNotContain("\u001b", "\u0007", "\u202e", "x".repeat(501));
    }

    @ParameterizedTest
    @CsvSource({"BOOTSTRAP, 6", "CHILD_BOOTSTRAP, 6", "READY_TIMEOUT, 6", "WORKER_FAILED, 5", "TRANSPORT_REJECT, 6"})
    @DisplayName("a failed start has its exit code and keeps the output file as it was")
    void startFails(Category category, int code) throws IOException {
        Files.writeString(output, "earlier");
        supervisor.onReady = new SupervisorException(category, "it did not start", List.of("echo/0#1 exited(1)"), null);

        assertThat(run()).isEqualTo(code);
        assertThat(err.toString()).contains("it did not start").contains("  echo/0#1 exited(1)");
        assertThat(output).hasContent("earlier");
    }

    @Test
    @DisplayName("a group that is given up ends the run with 5")
    void groupFails() {
        supervisor.onGroup = () -> supervisor.listener.groupFailed("echo", "echo/0#1 crashed(9)");

        assertThat(run()).isEqualTo(5);
        assertThat(err.toString()).contains("worker_lost: group echo is lost: echo/0#1 crashed(9)");
    }

    @Test
    @DisplayName("a forced stop exits with 7 and shows who was forced")
    void forcedStop() {
        supervisor.end = StopReport.End.KILLED;

        assertThat(run()).isEqualTo(7);
        assertThat(out.toString())
                .contains("stopped by force")
                .containsPattern("(?m)^echo +forced +1 +1 killed +17$")
                .containsPattern("echo/0#1 +pid 4711 +killed\\(9\\) +at accepted +3 calls abandoned");
        assertThat(output).hasContent("ONE\nTWO\n");
    }

    @ParameterizedTest
    @CsvSource({"STOP_TIMEOUT", "STOP_FAILED"})
    @DisplayName("a stop that fails exits with 7")
    void stopFails(Category category) {
        supervisor.onStop = new SupervisorException(category, "echo/0#1 still runs", List.of(), null);

        assertThat(run()).isEqualTo(7);
        assertThat(err.toString()).contains("echo/0#1 still runs");
    }

    @Test
    @DisplayName("files that cannot be opened exit with 8 before anything starts")
    void files_cannotBeOpened() {
        Path good = input;
        input = folder.resolve("absent");
        assertThat(run()).isEqualTo(8);
        input = good;
        output = folder.resolve("no/such/folder");
        assertThat(run()).isEqualTo(8);
        output = good;
        assertThat(run()).isEqualTo(8);
        assertThat(err.toString()).contains("cannot read the input", "cannot write the output", "are the same file");
        assertThat(good).hasContent("one\ntwo\n");
        assertThat(supervisor.asked).isEmpty();
    }

    @Test
    @DisplayName("a signal ends the run, stops the groups once, and keeps what was written")
    void signal() throws Exception {
        Files.writeString(input, "one\nhang\n");
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(this::run);
        Awaitility.await().until(() -> supervisor.asked.contains("group echo"));

        assertThat(Objects.requireNonNull(session.get()).interrupt()).isTrue();

        assertThat(code.get()).isEqualTo(1);
        assertThat(err.toString()).contains("aborted: ended by a signal");
        assertThat(supervisor.asked)
                .filteredOn(step -> step.startsWith("stop_groups"))
                .hasSize(1);
    }

    @Test
    @DisplayName("wrong arguments exit with 2, help documents the exit codes, the version is told")
    void usage() {
        assertThat(execute("run", "--config", config.toString())).isEqualTo(2);
        assertThat(execute("frobnicate")).isEqualTo(2);
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:");
        for (ExitCode code : ExitCode.values()) {
            assertThat(out.toString()).containsPattern("(?m)^ *" + code.code() + " +\\S");
        }
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).contains("sallyport (development)");
        assertThat(execute("help", "run")).isZero();
        assertThat(out.toString()).contains("--skip-invalid");
    }

    @Test
    @DisplayName("a wrong argument is told in a few lines, with the way to the whole page")
    void mistakesAreShort() {
        for (String[] wrong : new String[][] {{}, {"rnu"}, {"ps", "--bogus"}, {"run", "-c"}, {"completion", "fish"}}) {
            err.getBuffer().setLength(0);
            assertThat(execute(wrong)).isEqualTo(2);
            assertThat(err.toString().lines())
                    .hasSizeLessThanOrEqualTo(5)
                    .last()
                    .asString()
                    .startsWith("More: sallyport")
                    .endsWith(" --help");
            assertThat(err.toString()).startsWith("sallyport: arguments: ").contains("Usage: sallyport");
        }
    }

    @Test
    @DisplayName("no command at all is wrong usage")
    void noCommand() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: sallyport");
    }
}
