package dev.sallyport.supervisor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.StopReport;
import dev.sallyport.supervisor.SupervisorException.Category;
import dev.sallyport.supervisor.WorkerPhase;
import dev.sallyport.supervisor.admin.AdminDoor;
import dev.sallyport.supervisor.admin.Administration;
import dev.sallyport.supervisor.admin.RunDirectory;
import dev.sallyport.supervisor.admin.Supervised;
import dev.sallyport.supervisor.lifecycle.Action;
import dev.sallyport.supervisor.process.OutputLine;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.Transport;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.TransportServer;
import dev.sallyport.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that ask a running supervisor, over its real server; what that has decided is made up. */
class AdminCommandsTest {

    private static final PeerId WORKER = new PeerId("parse", "0", 1);
    private static final String ESCAPE = "\u001b[31m";

    private final Path home;
    private final Path config;
    private final RunDirectory directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> ordered = new CopyOnWriteArrayList<>();
    private volatile BiFunction<String, String, List<Supervised.Output>> output = AdminCommandsTest::sampleOutput;
    private final Transport transport = LoopbackTransport.create(TransportConfig.defaults());
    private final AdminDoor door;

    AdminCommandsTest(@TempDir Path home) throws Exception {
        this.home = home;
        this.config = Files.createFile(home.resolve("service.yml"));
        this.directory = new RunDirectory(home.resolve("run"));
        this.door = new AdminDoor(new Administration(directory, config, () -> {}), configuration(), new Fake());
    }

    private static RuntimeConfig configuration() {
        return new RuntimeConfig(
                RuntimeConfig.Mode.PROCESS_SUPERVISOR,
                RuntimeConfig.ExecutionIpc.DEFAULT,
                RuntimeConfig.Lifecycle.DEFAULT,
                List.of(
                        GroupSpec.builder("parse").workers(2).build(),
                        GroupSpec.builder("limits").build()),
                null);
    }

    @BeforeEach
    void open() {
        TransportServer server = transport.bind(door.routes());
        door.open(server);
        for (PeerId id : List.of(WORKER, new PeerId("parse", "1", 3), new PeerId("limits", "0", 1))) {
            door.on(new Action.Spawn(id));
            door.on(new Action.PhaseReached(
                    id, WorkerPhase.READY, ProcessHandle.current().pid(), 5));
        }
        door.on(new Action.Restarting(new PeerId("parse", "1", 2), 1, 0));
        door.on(new Action.AllReady());
    }

    @AfterEach
    void close() {
        door.close();
        transport.close();
    }

    private int execute(Style style, String... arguments) {
        return execute(out, style, arguments);
    }

    private int execute(Writer to, Style style, String... arguments) {
        return SallyportCommand.commandLine(new Shell(
                        new PrintWriter(to, true),
                        new PrintWriter(err, true),
                        style,
                        directory,
                        new FakeSupervisor().factory(),
                        (session, work) -> work.get()))
                .execute(arguments);
    }

    private int execute(String... arguments) {
        return execute(Style.PLAIN, arguments);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    @DisplayName("ps shows groups and workers in aligned columns")
    void ps() {
        assertThat(execute("ps")).isZero();

        long pid = ProcessHandle.current().pid();
        assertThat(out.toString())
                .containsPattern("(?m)^supervisor " + pid + " running for \\S+, process_supervisor, .*service.yml$")
                .containsPattern("(?m)^group +state +ready +restarts +evidence$")
                .containsPattern("(?m)^parse +running +2/2 +1$")
                .containsPattern("(?m)^worker +pid +phase +uptime +restarts +in flight +rss$")
                .containsPattern("(?m)^parse/0#1 +" + pid + " +ready +\\S+ +0 +7 +\\d+\\.\\d MiB$")
                .containsPattern("(?m)^parse/1#3 +" + pid + " +ready +\\S+ +2 +7 ")
                .doesNotContain("\u001b");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    @DisplayName("ps --json has the same for machines")
    void psJson() {
        assertThat(execute("ps", "--config", config.toString(), "--json")).isZero();

        assertThat(json().at("/state").asString()).isEqualTo("running");
        assertThat(json().at("/groups/0/ready").asInt()).isEqualTo(2);
        assertThat(json().at("/workers/2/worker").asString()).isEqualTo("parse/1#3");
        assertThat(json().at("/workers/2/in_flight").asInt()).isEqualTo(7);
        assertThat(json().at("/workers/2/rss_bytes").asLong()).isPositive();
    }

    @Test
    @DisplayName("colour is added to words and takes none away")
    void colour() {
        assertThat(execute(Style.COLOURED, "ps")).isZero();
        String coloured = out.toString();
        out.getBuffer().setLength(0);
        assertThat(coloured).contains("\u001b[32mready\u001b[0m", "\u001b[1mgroup");
        assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).contains("parse/0#1", "running");
    }

    @Test
    @DisplayName("which supervisor is meant: by configuration, by pid, the only one, or a clear refusal with 9")
    void choice() throws Exception {
        long pid = ProcessHandle.current().pid();
        assertThat(execute("ps", "--pid", Long.toString(pid))).isZero();
        assertThat(execute("ps", "--pid", "1")).isEqualTo(9);
        assertThat(err.toString()).contains("no_supervisor", "service (pid " + pid + ", " + config + ")");
        assertThat(execute("ps", "--config", home.resolve("other.yml").toString()))
                .isEqualTo(9);

        try (Transport second = LoopbackTransport.create(TransportConfig.defaults());
                AdminDoor other = new AdminDoor(
                        new Administration(directory, home.resolve("other.yml"), () -> {}),
                        configuration(),
                        new Fake())) {
            other.open(second.bind(other.routes()));
            assertThat(execute("ps")).isEqualTo(9);
            assertThat(err.toString()).contains("ambiguous", "other (pid", "name one with --config or --pid");
            assertThat(execute("ps", "-c", config.toString())).isZero();
        }
        door.close();
        assertThat(execute("ps")).isEqualTo(9);
        assertThat(err.toString()).contains("start one with sallyport serve");
    }

    @Test
    @DisplayName("a run directory that is not safe is refused with 9, and says what to do")
    void unsafeDirectory() throws Exception {
        Files.setPosixFilePermissions(directory.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(execute("stop", "--json")).isEqualTo(9);
        assertThat(err.toString()).contains("unsafe: ", "does not have mode 0700", "chmod 700");
        assertThat(json().at("/failures/0/category").asString()).isEqualTo("unsafe");
        assertThat(json().at("/exit").asInt()).isEqualTo(9);
        assertThat(ordered).isEmpty();
    }

    @Test
    @DisplayName("of two supervisors whose files have one name each is told with its folder")
    void twoOfOneName() throws Exception {
        Path other = Files.createDirectory(home.resolve("other")).resolve("service.yml");
        Files.createFile(other);
        AdminDoor second = new AdminDoor(new Administration(directory, other, () -> {}), configuration(), new Fake());
        try (Transport another = LoopbackTransport.create(TransportConfig.defaults())) {
            second.open(another.bind(second.routes()));
            assertThat(execute("ps")).isEqualTo(9);
            assertThat(err.toString()).contains("several supervisors run", config.toString(), other.toString());
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .doesNotContain("sallyport-ask"));
        } finally {
            second.close();
        }
    }

    @Test
    @DisplayName("stop orders the end and waits for it")
    void stop() {
        assertThat(execute("stop")).isZero();
        assertThat(ordered).containsExactly("stop");
        assertThat(out.toString()).contains("has stopped");
        assertThat(directory.folder()).isEmptyDirectory();
    }

    @Test
    @DisplayName("drain waits until the group has stopped; what cannot be done is refused with 10")
    void drain() {
        assertThat(execute("drain", "parse")).isZero();
        assertThat(out.toString()).contains("group parse is drained");
        assertThat(execute("drain", "parse")).isEqualTo(10);
        assertThat(err.toString()).contains("refused: group parse is stopped, not running");
        assertThat(execute("drain", "nobody")).isEqualTo(10);
        assertThat(err.toString()).contains("no such group; there are: parse, limits");
        assertThat(execute("drain")).isEqualTo(2);
        assertThat(ordered).containsExactly("drain parse");
    }

    @Test
    @DisplayName("restart waits until every worker of the group is a new one, and names one that is not in time")
    void restart() {
        assertThat(execute("restart", "parse", "--json")).isZero();
        assertThat(json().at("/restarted").asBoolean()).isTrue();
        assertThat(execute("restart", "limits", "--timeout", "0")).isEqualTo(1);
        assertThat(out.toString()).contains("group limits is restarting");
        assertThat(execute("restart", "limits", "--no-wait")).isZero();
        assertThat(ordered).containsExactly("restart parse", "restart limits", "restart limits");
    }

    @Test
    @DisplayName("logs shows the last lines in the order of their printing, escaped")
    void logs() {
        assertThat(execute("logs", "parse/0", "-n", "3")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} parse/0#1 out: line 3");
        assertThat(lines.get(2))
                .contains("parse/0#2 err: ")
                .contains("\\u001b[31m")
                .doesNotContain(ESCAPE);
        assertThat(execute("logs", "nobody")).isEqualTo(10);
        assertThat(err.toString()).contains("no such group: nobody; there are: parse, limits");
    }

    @Test
    @DisplayName("logs -f shows what one worker printed while another was asked, and ends when nobody reads on")
    void logsFollow() {
        Map<String, List<OutputLine>> printed = new ConcurrentHashMap<>();
        output = (group, worker) -> {
            if (worker.equals("1")) {
                printed.put(
                        "0", List.of(new OutputLine(1, 0, false, "early"), new OutputLine(2, 0, false, "meanwhile")));
                printed.put("1", List.of(new OutputLine(3, 0, false, "other")));
            }
            return List.of(new Supervised.Output(1, printed.getOrDefault(worker, List.of())));
        };
        assertThat(execute(new Until("meanwhile"), Style.PLAIN, "logs", "parse", "-f"))
                .isZero();
        assertThat(out.toString()).contains("other", "early", "meanwhile");
    }

    @Test
    @DisplayName("logs -n 0 -f shows nothing of what was printed before")
    void logsFollowFromNow() {
        List<OutputLine> printed = new CopyOnWriteArrayList<>(List.of(new OutputLine(1, 0, false, "history")));
        output = (group, worker) -> {
            List<OutputLine> now = List.copyOf(printed);
            printed.add(new OutputLine(printed.size() + 1, 0, false, "news"));
            return List.of(new Supervised.Output(1, now));
        };
        assertThat(execute(new Until("news"), Style.PLAIN, "logs", "limits", "-n", "0", "-f"))
                .isZero();
        assertThat(out.toString()).contains("news").doesNotContain("history");
    }

    @Test
    @DisplayName("ps --watch ends when nobody reads on")
    void watchUntilNobodyReads() {
        assertThat(execute(new Until("parse"), Style.PLAIN, "ps", "--watch", "1"))
                .isZero();
        assertThat(out.toString()).contains("parse");
    }

    @Test
    @DisplayName("a page of logs leaves nothing out of two incarnations that print at the same time")
    void logsOfTwoIncarnations() {
        String long1 = "x".repeat(400_000);
        output = (group, worker) -> List.of(
                new Supervised.Output(
                        1,
                        List.of(
                                new OutputLine(1, 0, false, long1),
                                new OutputLine(2, 0, false, long1),
                                new OutputLine(9, 0, false, "last words"))),
                new Supervised.Output(
                        2, List.of(new OutputLine(5, 0, false, "first words"), new OutputLine(10, 0, false, long1))));
        assertThat(execute("logs", "limits")).isZero();
        assertThat(out.toString()).contains("first words", "last words");
    }

    @Test
    @DisplayName("logs --json has each line with its worker and stream")
    void logsJson() {
        assertThat(execute("logs", "--json")).isZero();
        assertThat(json().at("/lines").size()).isEqualTo(15);
        assertThat(json().at("/lines/0/stream").asString()).isEqualTo("out");
        assertThat(json().at("/lines/0/worker").asString()).isEqualTo("parse/0#1");
    }

    @Test
    @DisplayName("postmortem shows abnormal ends of the running supervisor, and after its end what it wrote down")
    void postmortem() {
        assertThat(execute("postmortem")).isZero();
        assertThat(out.toString()).contains("no worker has ended");
        door.on(new Action.Lost(WORKER, "parse/0#1 was ended by signal 9; its output was " + ESCAPE));
        assertThat(execute("postmortem")).isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^\\d{4}-.* parse/0#1$")
                .containsPattern("(?m)^  parse/0#1 was ended by signal 9$")
                .contains("\\u001b[31m")
                .doesNotContain(ESCAPE);
        door.close();
        out.getBuffer().setLength(0);
        assertThat(execute("postmortem", "--json", "-c", config.toString())).isZero();
        assertThat(json().at("/ends/0/subject").asString()).isEqualTo("parse/0#1");
        assertThat(err.toString()).contains("which does not run any more");
        assertThat(execute("postmortem", "--pid", "1")).isEqualTo(9);
    }

    @Test
    @DisplayName("a start that failed is a post-mortem too")
    void failedStart() {
        door.on(new Action.StartFailed(Category.BOOTSTRAP, List.of("parse/0#1 exited with 3")));
        assertThat(execute("postmortem")).isZero();
        assertThat(out.toString()).contains("exited with 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "serve",
                "check",
                "plan",
                "ps",
                "logs",
                "postmortem",
                "drain",
                "restart",
                "stop",
                "doctor",
                "completion"
            })
    @DisplayName("every command has a page with examples, and --json where it shows something")
    void help(String command) {
        assertThat(execute("help", command)).isZero();
        String page = out.toString();
        assertThat(page).contains("Usage: sallyport " + command, "Examples:");
        assertThat(page.substring(page.indexOf("Examples:")).lines().skip(1))
                .as("an example stands in one line of 80 columns")
                .allMatch(line -> line.startsWith("  "));
        out.getBuffer().setLength(0);
        assertThat(execute(command, "--help")).as("whatever else it needs").isZero();
        assertThat(out).hasToString(page);
        assertThat(out.toString().contains("--json")).isEqualTo(!command.equals("completion"));
    }

    /** Takes text until it has taken this, as a reader that leaves then. */
    private final class Until extends Writer {
        private final String text;

        Until(String text) {
            this.text = text;
        }

        @Override
        public void write(char[] buffer, int offset, int length) throws IOException {
            if (out.toString().contains(text)) {
                throw new IOException("broken pipe");
            }
            out.write(buffer, offset, length);
        }

        @Override
        public void flush() throws IOException {
            if (out.toString().contains(text)) {
                throw new IOException("broken pipe");
            }
        }

        @Override
        public void close() {}
    }

    private static List<Supervised.Output> sampleOutput(String group, String worker) {
        long first = 10L * group.length() + Long.parseLong(worker);
        return List.of(
                new Supervised.Output(
                        1,
                        List.of(
                                new OutputLine(first, 0, false, "line 1"),
                                new OutputLine(first + 100, 0, true, "line 2"),
                                new OutputLine(first + 200, 0, false, "line 3"))),
                new Supervised.Output(
                        2,
                        List.of(
                                new OutputLine(first + 300, 0, false, "line 4"),
                                new OutputLine(first + 400, 0, true, "red " + ESCAPE))));
    }

    /** Answers and does what a supervisor would, at once. */
    private final class Fake implements Supervised {
        @Override
        public int inFlight(PeerId worker) {
            return 7;
        }

        @Override
        public List<Output> output(String group, String worker) {
            return output.apply(group, worker);
        }

        @Override
        public void stop() {
            ordered.add("stop");
            door.close();
        }

        @Override
        public void drain(String group) {
            ordered.add("drain " + group);
            door.on(new Action.CloseGroup(group));
            door.on(new Action.GroupStopped(new StopReport.GroupStop(group, StopReport.Mode.GRACEFUL, 3, List.of())));
        }

        @Override
        public void restart(String group) {
            ordered.add("restart " + group);
            if (!group.equals("parse")) {
                return;
            }
            for (PeerId next : List.of(new PeerId(group, "0", 2), new PeerId(group, "1", 4))) {
                door.on(new Action.Spawn(next));
                door.on(new Action.PhaseReached(next, WorkerPhase.READY, 17, 5));
                door.on(new Action.Revoke(new PeerId(group, next.worker(), next.incarnation() - 1)));
            }
        }
    }
}
