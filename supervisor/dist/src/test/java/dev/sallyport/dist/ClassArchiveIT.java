package dev.sallyport.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.dist.Distribution.Ended;
import dev.sallyport.dist.Distribution.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers start from an archive of their classes, from the second start on. */
class ClassArchiveIT {

    /** With kdf none a group's key is its secret itself, so that it can be looked for. */
    private static final String CONFIG = "process-static-none";

    /** An archive is made at a low priority. */
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    @Test
    void theSecondStartUsesTheArchiveThatTheFirstMade_andItHoldsNoKey() throws Exception {
        Distribution sallyport = Distribution.copiedTo(folder);
        Path archives = sallyport.cache().resolve("sallyport");
        Run service = sallyport.start(
                folder, "serve", "--config", sallyport.example(CONFIG + ".yml").toString());
        try {
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> Files.isDirectory(archives)
                            && !files(archives, ".archive").isEmpty());
            assertThat(service.printed()).contains("none_yet").doesNotContain("used");
        } finally {
            service.process().destroy();
            service.ended();
        }
        assertThat(run(sallyport).out()).contains("used").doesNotContain("none_yet", "refused");
        assertNoSecrets(sallyport);
    }

    private Ended run(Distribution sallyport) throws Exception {
        Path output = folder.resolve("out.jsonl");
        Ended ended =
                sallyport.run(CONFIG, sallyport.example("sample.jsonl"), output).ended();
        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(output).hasSameBinaryContentAs(sallyport.example("sample.expected.jsonl"));
        return ended;
    }

    private static void assertNoSecrets(Distribution sallyport) throws IOException {
        List<Path> archives = files(sallyport.cache().resolve("sallyport"), ".archive");
        assertThat(archives).isNotEmpty();
        for (Path archive : archives) {
            String bytes = Files.readString(archive, ISO_8859_1);
            assertThat(bytes.contains("TrainingMain"))
                    .as("what is there is found")
                    .isTrue();
            for (Path secret : files(sallyport.example("secrets"), ".secret")) {
                String hex = Files.readString(secret, UTF_8).strip();
                assertThat(bytes.contains(hex)).as(secret + " as text").isFalse();
                assertThat(bytes.contains(new String(HexFormat.of().parseHex(hex), ISO_8859_1)))
                        .as(secret + " as bytes")
                        .isFalse();
            }
        }
    }

    private static List<Path> files(Path in, String ending) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
