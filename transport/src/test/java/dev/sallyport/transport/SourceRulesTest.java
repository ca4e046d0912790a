package dev.sallyport.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Code;
import dev.sallyport.rules.SourceRules;
import dev.sallyport.rules.Texts;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules on the sources of this module, and on the codes that all modules share. */
class SourceRulesTest extends SourceRules {

    /** The annotation, and behind it the id before anything is done. */
    private static final Pattern TEST_OF_A_CASE = Pattern.compile("@(?:Test|ParameterizedTest|ArchTest)\\b[^;]*?"
            + "(?:(?:void|ArchRule) ([A-Z]\\d\\d)_|DisplayName\\(\\s*\"([A-Z]\\d\\d) )");

    @Test
    void handlersEnterAPipelineInOneFile() {
        assertThat(Texts.sources(MAIN).stream().filter(file -> Texts.text(file).contains("addLast(")))
                .singleElement()
                .satisfies(file -> assertThat(file).hasFileName("Pipelines.java"));
    }

    @Test
    void oneRejectReasonIsOneCode() {
        assertThat(Arrays.stream(RejectReason.values()).map(Enum::name))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Code.values())
                        .filter(code -> code != Code.CODE_UNSPECIFIED && code != Code.UNRECOGNIZED)
                        .map(Enum::name)
                        .toList());
        for (RejectReason reason : RejectReason.values()) {
            assertThat(reason.number()).isEqualTo(Code.valueOf(reason.name()).getNumber());
            assertThat(RejectReason.ofNumber(reason.number())).isEqualTo(reason);
        }
    }

    @Test
    void everyCodeStandsInTheProtocolPageWithItsNumber() {
        String page = Texts.text(Texts.MODULE.resolveSibling("docs/protocol.md"));

        assertThat(RejectReason.values())
                .allSatisfy(reason -> assertThat(page).contains("| " + reason.number() + " | `" + reason + "` |"));
    }

    @Test
    void everyRejectReasonIsNamedByATest() {
        String tests = tests("transport/src/test/java", "supervisor/src/test/java", "proto/src/test/resources/cases");

        assertThat(RejectReason.values())
                .allMatch(reason ->
                        Pattern.compile("\\b" + reason + "\\b").matcher(tests).find());
    }

    /** A test has the id of its case at the beginning of its name, or of its display name. */
    @Test
    void everyConformanceCaseIsTheNameOfATest() {
        Set<String> named = TEST_OF_A_CASE
                .matcher(tests("transport/src/test/java", "supervisor/src/test/java"))
                .results()
                .map(test -> test.group(1) == null ? test.group(2) : test.group(1))
                .collect(Collectors.toSet());
        List<String> ids = Texts.text(Texts.MODULE.resolveSibling("proto/src/test/resources/cases/ids.txt"))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Stream.of(line.split(" ")))
                .toList();

        assertThat(ids).hasSize(115).doesNotHaveDuplicates();
        assertThat(named).containsAll(ids);
    }

    /** Every case of the data is one of those ids, or is named by the reason that it meets. */
    @Test
    void everyCaseOfTheDataIsPlayed() {
        String tests = tests("transport/src/test/java");
        Set<String> played = Pattern.compile("\"id\": \"(\\w+)\"")
                .matcher(Texts.text(Texts.MODULE.resolveSibling("proto/src/test/resources/cases/swp1_cases.json")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());

        assertThat(played).hasSizeGreaterThan(50).allMatch(id -> tests.contains("run(\"" + id + "\")"));
    }

    private static String tests(String... folders) {
        return Stream.of(folders)
                .map(Texts.MODULE::resolveSibling)
                .filter(Files::isDirectory)
                .flatMap(folder -> Texts.files(folder).stream())
                .filter(file -> !file.endsWith("SourceRulesTest.java"))
                .map(Texts::text)
                .collect(Collectors.joining("\n"));
    }
}
