package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.dist.Distribution.Ended;
import dev.sallyport.dist.Distribution.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals to a supervisor stop it as sallyport stop does; those of a terminal do nothing to its workers. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final List<String> OF_A_TERMINAL = List.of("INT", "HUP", "QUIT", "TSTP");
    private static final int CTRL_C = 3;

    /** Behind the state: of the fields of proc(5), of which the first is the pid. */
    private static final int TTY_NR = 7 - 3;

    @TempDir
    private Path folder;

    private Distribution sallyport;

    @BeforeEach
    void copyTheDistribution() throws Exception {
        // a supervisor has four children then, and no fifth that makes an archive
        sallyport = Distribution.copiedTo(folder).withoutClassArchives();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 15", "INT, 2"})
    @DisplayName(
            "a run goes on when its workers get a terminal's signals, and stops gracefully when it gets one itself: reported, and no worker is left")
    void aRunIsStopped(String signal, int number) throws Exception {
        Path input = folder.resolve("input");
        Path answers = folder.resolve("answers");
        shell("mkfifo '" + input + "'");
        Run run = sallyport.run("process", input, answers);
        Ended ended;
        try (OutputStream records = Files.newOutputStream(input)) {
            List<ProcessHandle> workers = workers(run);
            for (ProcessHandle worker : workers) {
                for (String ofTerminal : OF_A_TERMINAL) {
                    shell("kill -s " + ofTerminal + " -- -" + worker.pid());
                }
            }
            Files.copy(sallyport.example("sample.jsonl"), records);
            records.flush();
            Path expected = sallyport.example("sample.expected.jsonl");
            await().atMost(LONG).until(() -> Files.size(answers) >= Files.size(expected));
            assertThat(answers).hasSameBinaryContentAs(expected);
            assertThat(workers).allMatch(Distribution::isRunning);

            ended = stopped(run, signal, number, workers);
        }
        assertThat(ended.out()).contains("2 clean");
        assertThat(ended.err()).contains("aborted: ended by a signal").doesNotContain("lost");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 15", "HUP, 1"})
    @DisplayName("a signal stops a service gracefully: reported, no worker and no credential file is left")
    void aServiceIsStopped(String signal, int number) throws Exception {
        Path runtime = privateFolder();
        Run service = sallyport.start(
                runtime, "serve", "--config", sallyport.example("process.yml").toString());

        Ended ended = stopped(service, signal, number, workers(service));

        assertThat(ended.out()).contains("2 clean");
        assertThat(ended.err()).doesNotContain("lost", "Exception");
        assertThat(runtime.resolve("sallyport")).isEmptyDirectory();
    }

    @Test
    @DisplayName("Ctrl-C on a terminal stops a service gracefully, and its workers have no terminal")
    void aServiceIsStoppedByItsTerminal() throws Exception {
        Path runtime = privateFolder();
        List<String> command = new ArrayList<>(Distribution.WITH_ALL_SIGNALS);
        command.addAll(List.of(
                sallyport.launcher().toString(),
                "serve",
                "--config",
                sallyport.example("process.yml").toString()));
        Run terminal = sallyport.execute(runtime, Map.of(), PseudoTerminal.of(command));
        List<ProcessHandle> workers = workers(terminal);
        for (ProcessHandle worker : workers) {
            assertThat(Distribution.stat(worker).get(TTY_NR)).isEqualTo("0");
        }

        terminal.process().getOutputStream().write(CTRL_C);
        terminal.process().getOutputStream().flush();

        Ended ended = terminal.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(128 + 2);
        assertThat(ended.out()).contains("stopped gracefully", "2 clean").doesNotContain("forced", "lost", "Exception");
        await().atMost(LONG).until(() -> workers.stream().noneMatch(Distribution::isRunning));
        assertThat(runtime.resolve("sallyport")).isEmptyDirectory();
    }

    private Path privateFolder() throws IOException {
        return Files.createDirectory(
                folder.resolve("runtime"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static Ended stopped(Run run, String signal, int number, List<ProcessHandle> workers) throws Exception {
        assumeThat(Distribution.ignores(run.process().toHandle(), number))
                .as("this build ignores SIG" + signal + ", and env(1) cannot undo that")
                .isFalse();
        shell("kill -s " + signal + " " + run.process().pid());
        Ended ended = run.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(128 + number);
        assertThat(ended.out()).contains("stopped gracefully").doesNotContain("forced");
        await().atMost(LONG).until(() -> workers.stream().noneMatch(Distribution::isRunning));
        return ended;
    }

    /** Those of the example, when they are ready. */
    private static List<ProcessHandle> workers(Run run) {
        await().atMost(LONG).until(() -> run.printed().contains("started in"));
        try (Stream<ProcessHandle> descendants = run.process().descendants()) {
            List<ProcessHandle> workers =
                    descendants.filter(SignalsIT::isWorker).toList();
            assertThat(workers).hasSize(4);
            return workers;
        }
    }

    private static boolean isWorker(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), ISO_8859_1)
                    .contains("WorkerMain");
        } catch (IOException e) {
            // it has ended
            return false;
        }
    }

    private static void shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
        assertThat(process.waitFor()).as(command).isZero();
    }
}
