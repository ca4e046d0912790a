package dev.sallyport.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rules.Texts;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages say what this module says. */
class DocumentationTest {

    private static final Path HOME = Objects.requireNonNull(Texts.MODULE.getParent());
    private static final Path MAIN = HOME.resolve("supervisor/src/main");

    /** A text in the first two columns is a message of the program, but for what it fills in. */
    @Test
    void everySymptomIsSaidByTheProgram() {
        String program = Stream.of(MAIN, HOME.resolve("transport/src/main"), HOME.resolve("supervisor/dist/src/bin"))
                .flatMap(folder -> Texts.files(folder).stream())
                .map(Texts::text)
                .collect(Collectors.joining());
        List<String> symptoms = Pattern.compile("^\\| ([^|]*)", Pattern.MULTILINE)
                .matcher(Texts.text(HOME.resolve("docs/troubleshooting.md")))
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
        String page = Texts.text(HOME.resolve("docs/protocol.md"));

        assertThat(Pattern.compile("\"([a-z_]+)\":")
                        .matcher(RuntimeProfile.DEFAULT.toJson())
                        .results()
                        .map(key -> key.group(1)))
                .hasSize(6)
                .allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
    }

    @Test
    void theReadmeShowsTheTableOfStartsAsItIs() {
        String header = Pattern.compile("rows.add\\(List.of\\((\"worker\".*?)\\)\\)")
                .matcher(Texts.text(MAIN.resolve("java/dev/sallyport/supervisor/cli/StartTable.java")))
                .results()
                .map(columns -> columns.group(1).replace("\"", ""))
                .findFirst()
                .orElseThrow();

        assertThat(Texts.text(HOME.resolve("README.md")).replaceAll(" {2,}", ", "))
                .contains(header);
    }
}
