package dev.sallyport.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages say what this module says. */
class DocumentationTest {

    private static final Path HOME =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Path MAIN = HOME.resolve("supervisor/src/main");

    /** A text in the first two columns is a message of the program, but for what it fills in. */
    @Test
    void everySymptomIsSaidByTheProgram() {
        String program = Stream.of(MAIN, HOME.resolve("transport/src/main"), HOME.resolve("supervisor/dist/src/bin"))
                .flatMap(folder -> files(folder).stream())
                .map(DocumentationTest::text)
                .collect(Collectors.joining());
        List<String> symptoms = Pattern.compile("^\\| ([^|]*)", Pattern.MULTILINE)
                .matcher(text(HOME.resolve("docs/troubleshooting.md")))
                .results()
                .flatMap(row ->
                        Pattern.compile("`([^`]+)`").matcher(row.group(1)).results())
                .map(symptom -> symptom.group(1))
                .toList();

        assertThat(symptoms)
                .hasSizeGreaterThan(30)
                .allSatisfy(symptom -> assertThat(symptom.split("…|\\[0] | 5 | 60 s", -1))
                        .allSatisfy(part -> assertThat(program).contains(part)));
    }

    @Test
    void everyKeyOfTheRuntimeStandsInTheProtocolPage() {
        String page = text(HOME.resolve("docs/protocol.md"));

        assertThat(Pattern.compile("\"([a-z_]+)\":")
                        .matcher(RuntimeProfile.DEFAULT.toJson())
                        .results()
                        .map(key -> key.group(1)))
                .hasSize(5)
                .allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
    }

    @Test
    void theReadmeShowsTheTableOfStartsAsItIs() {
        String header = Pattern.compile("rows.add\\(List.of\\((\"worker\".*?)\\)\\)")
                .matcher(text(MAIN.resolve("java/dev/sallyport/supervisor/cli/StartTable.java")))
                .results()
                .map(columns -> columns.group(1).replace("\"", ""))
                .findFirst()
                .orElseThrow();

        assertThat(text(HOME.resolve("README.md")).replaceAll(" {2,}", ", ")).contains(header);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
