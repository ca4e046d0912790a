package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.dist.Distribution.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker in another language, written from the protocol's page: the same bytes come out. */
class PythonWorkerIT {

    private static final Path PAGE = Path.of("../../docs/protocol.md");

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;

    @TempDir
    private static Path folder;

    private static Distribution sallyport;

    @BeforeAll
    static void copyTheDistribution() throws Exception {
        assumeTrue(hasPython(), "no python3 of version 3.9 or later");
        sallyport = Distribution.copiedTo(folder).withoutClassArchives();
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void PARITY_sampleHasItsExpectedOutputWithParseWorkersInPython() throws Exception {
        Path output = folder.resolve("out.jsonl");
        Ended ended = sallyport
                .run("process-python", sallyport.example("sample.jsonl"), output)
                .ended();
        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.out()).contains("stopped gracefully");
        assertThat(output).hasSameBinaryContentAs(sallyport.example("sample.expected.jsonl"));
    }

    /** U01: its standard error has no reader any more, either. What a terminal sends it ignored while it lived. */
    @Test
    void noneOutlivesAKilledSupervisor() throws Exception {
        Distribution.Run service = sallyport.start(
                folder,
                "serve",
                "--config",
                sallyport.example("process-python.yml").toString());
        Awaitility.await().atMost(LONG).until(() -> service.printed().contains("started in"));
        List<ProcessHandle> workers = service.process().descendants().toList();
        assertThat(workers).hasSizeGreaterThanOrEqualTo(4);
        assertThat(workers)
                .filteredOn(worker -> worker.info().commandLine().orElse("").contains("worker.py"))
                .hasSize(2)
                .allSatisfy(worker -> {
                    assertThat(Distribution.ignores(worker, SIGHUP)).isTrue();
                    assertThat(Distribution.ignores(worker, SIGINT)).isTrue();
                });
        service.process().destroyForcibly().waitFor();
        Awaitility.await().atMost(LONG).until(() -> workers.stream().noneMatch(Distribution::isRunning));
    }

    /** The commands by which docs/protocol.md lets the author of a worker check it, from the folder of the distribution. */
    @Test
    void theCommandsOfThePageCheckIt() throws Exception {
        Matcher block = Pattern.compile("### Check your worker\n.*?```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        assertThat(shell(block.group(1), 0))
                .contains("all as they should be")
                .contains("no worker outlived its killed supervisor");
    }

    @Test
    void theCheckFindsAWorkerThatIsNone() throws Exception {
        assertThat(shell("examples/fund-loads/check-worker.sh cat", 1)).contains("fail  a bundle that ends early");
    }

    /** Compares what the worker says of each line of a table with what the table says. */
    private static final String TABLE_CHECK = """
            import re, sys
            from fund_loads import parsed
            from protobuf import decode
            REASONS = ["-", "NOT_JSON", "NOT_AN_OBJECT", "UNKNOWN_FIELD", "DUPLICATE_FIELD", "MISSING_FIELD", "NOT_A_STRING", "BAD_VALUE"]
            FAILURE = {1: ("reason", "int"), 2: ("field", "str")}
            rows = [row for row in open(sys.argv[1], encoding="utf-8", newline="").read().split(chr(10))[:-1] if row[0] != "#"]
            for row in rows:
                reason, field, line = row.split(" ", 2)
                line = re.sub(r"<(.+?)\\*([0-9]+)>", lambda text: text[1] * int(text[2]), line)
                said = decode(parsed(line.encode()), {1: ("load", "bytes"), 2: ("failure", FAILURE)})["failure"]
                said = (REASONS[said["reason"]], said["field"] or "-") if said else "a load"
                if said != (reason, field):
                    sys.exit("%s: %s" % (row, said))
            print(len(rows), "rows agree")
            """;

    /** The table of the Java worker's own test. */
    @Test
    void malformedLinesHaveTheReasonsOfTheJavaWorker() throws Exception {
        Path table = Path.of("../examples/fund-loads/parse/src/test/resources/malformed.txt")
                .toAbsolutePath();
        Process check = new ProcessBuilder("python3", "-c", TABLE_CHECK, table.toString())
                .directory(sallyport.home().resolve("examples/python-parse").toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(check.getInputStream().readAllBytes(), UTF_8);
        assertThat(check.waitFor()).as(printed).isZero();
        assertThat(printed).containsPattern("^[1-9][0-9]{2} rows agree");
    }

    private String shell(String commands, int code) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-ec", commands)
                .directory(sallyport.home().toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", sallyport.cache().toString());
        builder.environment().put("CHECK_SECONDS", Long.toString(LONG.toSeconds()));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(code);
        return printed;
    }

    /** K01 to K03: exit 78, with the code and not a byte of the input on standard error. */
    @ParameterizedTest
    @CsvSource({
        "'', E_BUNDLE_EOF",
        "53575042, E_BUNDLE_EOF",
        "5357504202, E_BUNDLE_MAGIC",
        "73656372657473, E_BUNDLE_MAGIC",
        "5357504201ffffffff, E_BUNDLE_LEN",
        "535750420100000001080000000000000000000000000000000000000000000000000000000000000000, E_BUNDLE_DIGEST",
    })
    void aBundleThatIsNoneIsRefused(String hex, String code) throws Exception {
        Process worker = python();
        try (OutputStream pipe = worker.getOutputStream()) {
            pipe.write(HexFormat.of().parseHex(hex));
        }
        String said = new String(worker.getErrorStream().readAllBytes(), UTF_8);
        assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.exitValue()).isEqualTo(78);
        assertThat(said).contains(code).doesNotContain("secret");
    }

    private Process python(String... arguments) throws IOException {
        Path worker = sallyport.example("../python-parse/worker.py").normalize();
        assertThat(Files.isExecutable(worker)).isTrue();
        List<String> command = new ArrayList<>(List.of(worker.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
