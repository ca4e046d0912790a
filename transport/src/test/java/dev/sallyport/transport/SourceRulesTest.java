package dev.sallyport.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules on the sources of this module, and on the codes that all modules share. */
class SourceRulesTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path MAIN = MODULE.resolve("src/main/java");
    private static final int LINES_MAX = 300;

    @Test
    void handlersEnterAPipelineInOneFile() {
        assertThat(sources(MAIN).filter(file -> text(file).contains("addLast(")))
                .singleElement()
                .satisfies(file -> assertThat(file).hasFileName("Pipelines.java"));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(packages())
                .isNotEmpty()
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .contains("@NullMarked"));
    }

    @Test
    void noPackageIsADrawerForAnything() {
        assertThat(packages()).noneMatch(folder -> folder.toString().matches(".*/(utils?|common|helpers?|misc)(/.*)?"));
    }

    @Test
    void filesStaySmall() {
        assertThat(sources(MAIN).filter(file -> text(file).lines().count() > LINES_MAX))
                .isEmpty();
    }

    /** It runs from the loading of its class: what a test does late in a slow class would be over its time. */
    @Test
    void noDeadlineIsSharedByTests() {
        assertThat(sources(MODULE.resolve("src/test/java")))
                .isNotEmpty()
                .allSatisfy(file ->
                        assertThat(file).content().doesNotContainPattern("static\\s+final\\s+Deadline\\s+[A-Z]"));
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
        String page = text(MODULE.resolveSibling("docs/protocol.md"));

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
        String tests = tests("transport/src/test/java", "supervisor/src/test/java");
        List<String> ids = text(MODULE.resolveSibling("proto/src/test/resources/cases/ids.txt"))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Stream.of(line.split(" ")))
                .toList();

        assertThat(ids).hasSize(115).doesNotHaveDuplicates();
        assertThat(ids)
                .allMatch(id -> Pattern.compile("(void|ArchRule) " + id + "_|DisplayName\\(\\s*\"" + id + " ")
                        .matcher(tests)
                        .find());
    }

    /** Every case of the data is one of those ids, or is named by the reason that it meets. */
    @Test
    void everyCaseOfTheDataIsPlayed() {
        String tests = tests("transport/src/test/java");
        Set<String> played = Pattern.compile("\"id\": \"(\\w+)\"")
                .matcher(text(MODULE.resolveSibling("proto/src/test/resources/cases/swp1_cases.json")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());

        assertThat(played).hasSizeGreaterThan(50).allMatch(id -> tests.contains("run(\"" + id + "\")"));
    }

    private static String tests(String... folders) {
        return Stream.of(folders)
                .map(MODULE::resolveSibling)
                .filter(Files::isDirectory)
                .flatMap(SourceRulesTest::files)
                .filter(file -> !file.endsWith("SourceRulesTest.java"))
                .map(SourceRulesTest::text)
                .collect(Collectors.joining("\n"));
    }

    private static Set<Path> packages() {
        return sources(MAIN)
                .map(file -> Objects.requireNonNull(file.getParent()))
                .collect(Collectors.toSet());
    }

    private static Stream<Path> sources(Path folder) {
        return files(folder).filter(file -> file.toString().endsWith(".java"));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
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
