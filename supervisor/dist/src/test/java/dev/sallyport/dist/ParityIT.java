package dev.sallyport.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.dist.Distribution.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job, run as a user runs it. */
@DisplayName("PARITY: the same input gives the same bytes in every mode and auth profile")
class ParityIT {

    @TempDir
    private static Path folder;

    private static Distribution sallyport;

    @BeforeAll
    static void copyTheDistribution() throws Exception {
        // the output of workers that start from an archive is in ClassArchiveIT
        sallyport = Distribution.copiedTo(folder).withoutClassArchives();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "inline-tcp", "process", "process-static-hkdf", "process-static-none"})
    void PARITY_sampleHasItsExpectedOutput(String config) throws Exception {
        assertOutput(config, sallyport.example("sample.jsonl"), sallyport.example("sample.expected.jsonl"));
    }

    @Test
    void PARITY_experimentHasTheOutputOfItsOwnLimits() throws Exception {
        assertOutput(
                "experiment", sallyport.example("sample.jsonl"), sallyport.example("sample.experiment.expected.jsonl"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "process"})
    void PARITY_publishedInputHasItsPublishedAnswer(String config) throws Exception {
        String configured = System.getProperty("sallyport.shared");
        Path data = (configured == null ? Path.of("../../../shared") : Path.of(configured)).resolve("data");
        Path input = data.resolve("fund_loads.jsonl");
        assumeTrue(Files.exists(input), "no published data beside the project (-Dsallyport.shared=FOLDER)");
        assertOutput(config, input, data.resolve("fund_loads.expected.jsonl"));
    }

    private static void assertOutput(String config, Path input, Path expected) throws Exception {
        Path output = folder.resolve(config + ".out");
        Ended ended = sallyport.run(config, input.toAbsolutePath(), output).ended();
        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(output).hasSameBinaryContentAs(expected);
    }
}
