package dev.sallyport.examples.fundloads.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.examples.fundloads.limits.FundLoadsLimitsModule;
import dev.sallyport.examples.fundloads.parse.FundLoadsParseModule;
import dev.sallyport.supervisor.scenario.MalformedLine;
import dev.sallyport.supervisor.scenario.RunException;
import dev.sallyport.supervisor.scenario.RunException.Category;
import dev.sallyport.supervisor.scenario.RunOptions;
import dev.sallyport.supervisor.scenario.RunReport;
import dev.sallyport.supervisor.scenario.Scenario;
import dev.sallyport.supervisor.scenario.ScenarioRunner;
import dev.sallyport.supervisor.scenario.Scenarios;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scenario over the real workers' code, in one process and without a supervisor. */
class FundLoadsTest {

    private static final Path EXAMPLE = Path.of("..");
    private static final Map<String, String> EXPERIMENT =
            Map.of("daily_limit_cents", "250000", "weekly_limit_cents", "750000", "daily_loads", "2");

    private final ExecutorService handlers = Executors.newFixedThreadPool(4);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final List<MalformedLine> leftOut = new ArrayList<>();

    @AfterEach
    void stopHandlers() {
        handlers.shutdownNow();
    }

    @Test
    void bothScenariosAreFoundById() {
        assertThat(Scenarios.ids()).containsExactly("experiment", "fund-loads");
        assertThat(Scenarios.find("fund-loads")).containsInstanceOf(FundLoads.class);
        assertThat(Scenarios.find("fund-load")).isEmpty();
    }

    @Test
    void sampleHasItsExpectedOutput() throws Exception {
        byte[] sample = Files.readAllBytes(EXAMPLE.resolve("sample.jsonl"));
        RunReport report = run("fund-loads", Map.of(), RunOptions.DEFAULT, sample);
        assertThat(output.toString(UTF_8)).isEqualTo(Files.readString(EXAMPLE.resolve("sample.expected.jsonl")));
        assertThat(report).isEqualTo(new RunReport(3000, 2938, 62, 0));
    }

    @Test
    void sampleHasItsExpectedOutputUnderTheLimitsOfTheExperiment() throws Exception {
        byte[] sample = Files.readAllBytes(EXAMPLE.resolve("sample.jsonl"));
        run("experiment", EXPERIMENT, RunOptions.DEFAULT, sample);
        assertThat(output.toString(UTF_8))
                .isEqualTo(Files.readString(EXAMPLE.resolve("sample.experiment.expected.jsonl")));
    }

    @Test
    void outputDoesNotDependOnTheSizeOfWindowAndBatches() throws Exception {
        byte[] sample = Files.readAllBytes(EXAMPLE.resolve("sample.jsonl"));
        RunOptions small = new RunOptions(70, 8192, 7, 1024, Duration.ofSeconds(30), false);
        run("fund-loads", Map.of(), small, sample);
        assertThat(output.toString(UTF_8)).isEqualTo(Files.readString(EXAMPLE.resolve("sample.expected.jsonl")));
    }

    @Test
    void publishedInputHasItsPublishedAnswer() throws Exception {
        String configured = System.getProperty("sallyport.shared");
        Path data = (configured == null ? Path.of("../../../../../shared") : Path.of(configured)).resolve("data");
        Path input = data.resolve("fund_loads.jsonl");
        assumeTrue(Files.exists(input), "no published data beside the project (-Dsallyport.shared=FOLDER)");
        run("fund-loads", Map.of(), RunOptions.DEFAULT, Files.readAllBytes(input));
        assertThat(output.toString(UTF_8)).isEqualTo(Files.readString(data.resolve("fund_loads.expected.jsonl")));
    }

    @Test
    void shippedSampleIsWhatTheScriptsMake() throws Exception {
        byte[] sample = script(new byte[0], "generate.py", "--seed", "2000", "--records", "3000");
        assertThat(sample).isEqualTo(Files.readAllBytes(EXAMPLE.resolve("sample.jsonl")));
        assertThat(script(sample, "expected.py"))
                .isEqualTo(Files.readAllBytes(EXAMPLE.resolve("sample.expected.jsonl")));
        assertThat(script(sample, "expected.py", "--daily", "2500.00", "--weekly", "7500.00", "--loads", "2"))
                .isEqualTo(Files.readAllBytes(EXAMPLE.resolve("sample.experiment.expected.jsonl")));
    }

    @Test
    void generatedInputHasTheAnswerOfTheIndependentScript() throws Exception {
        String seed = Integer.toString(new Random().nextInt(Integer.MAX_VALUE));
        System.out.println("seed " + seed);
        byte[] input = script(new byte[0], "generate.py", "--seed", seed, "--records", "20000");
        run("fund-loads", Map.of(), RunOptions.DEFAULT, input);
        assertThat(output.toString(UTF_8))
                .as("seed %s", seed)
                .isEqualTo(new String(script(input, "expected.py"), UTF_8));
    }

    @Test
    void malformedLineIsTold() {
        String line =
                "{\"id\":\"1\",\"customer_id\":\"1\",\"load_amount\":\"$1.00\",\"time\":\"2000-01-01T00:00:00Z\"}\n";
        String bad = line.replace("$1.00", "1.00");
        RunException failure = catchThrowableOfType(
                RunException.class,
                () -> run("fund-loads", Map.of(), RunOptions.DEFAULT, (line + bad + line).getBytes(UTF_8)));
        assertThat(failure.category()).isEqualTo(Category.MALFORMED_LINE);
        assertThat(failure).hasMessageStartingWith("line 2: load_amount must be an amount like $123.45");
        assertThat(output).hasToString("{\"id\":\"1\",\"customer_id\":\"1\",\"accepted\":true}\n");
    }

    @Test
    void malformedLinesAreLeftOut() throws Exception {
        String text = "\nnull\n{\"id\":1}\n{\"x\":1}\n{\"id\":\"1\"}\n{\"id\":\"1\",\"id\":\"1\"}\n";
        RunReport report = run("fund-loads", Map.of(), RunOptions.DEFAULT.skipInvalid(true), text.getBytes(UTF_8));
        assertThat(report).isEqualTo(new RunReport(6, 0, 0, 6));
        assertThat(leftOut)
                .extracting(MalformedLine::toString)
                .containsExactly(
                        "line 1: not JSON in UTF-8",
                        "line 2: not a JSON object",
                        "line 3: id is not a string",
                        "line 4: a field other than id, customer_id, load_amount and time",
                        "line 5: customer_id is missing",
                        "line 6: id is there twice");
    }

    private RunReport run(String id, Map<String, String> selectors, RunOptions options, byte[] input)
            throws RunException {
        Scenario scenario = Scenarios.find(id).orElseThrow();
        try (DirectGroup parse = new DirectGroup("parse", 2, FundLoadsParseModule::new, selectors, handlers);
                DirectGroup limits = new DirectGroup("limits", 2, FundLoadsLimitsModule::new, selectors, handlers)) {
            Map<String, DirectGroup> groups = Map.of("parse", parse, "limits", limits);
            return new ScenarioRunner(scenario, options, leftOut::add)
                    .run(groups::get, new ByteArrayInputStream(input), output);
        }
    }

    private static byte[] script(byte[] input, String... command) throws IOException, InterruptedException {
        assumeTrue(hasPython(), "no python3 on the path");
        Path in = Files.createTempFile("fund-loads", ".in");
        Path out = Files.createTempFile("fund-loads", ".out");
        try {
            Files.write(in, input);
            List<String> line = new ArrayList<>(List.of("python3"));
            line.addAll(List.of(command));
            Process process = new ProcessBuilder(line)
                    .directory(EXAMPLE.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(process.waitFor()).isZero();
            return Files.readAllBytes(out);
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }

    private static boolean hasPython() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
    }
}
