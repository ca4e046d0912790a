package dev.sallyport.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules on the sources of this module. */
class SourceRulesTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TESTS = Path.of("src/test/java");
    private static final int LINES_MAX = 300;

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
        assertThat(sources(MAIN)).allSatisfy(file -> assertThat(lines(file)).isLessThanOrEqualTo(LINES_MAX));
    }

    /** It runs from the loading of its class: what a test does late in a slow class would be over its time. */
    @Test
    void noDeadlineIsSharedByTests() {
        assertThat(sources(TESTS))
                .isNotEmpty()
                .allSatisfy(file ->
                        assertThat(file).content().doesNotContainPattern("static\\s+final\\s+Deadline\\s+[A-Z]"));
    }

    private static Set<Path> packages() {
        return sources(MAIN)
                .map(file -> Objects.requireNonNull(file.getParent()))
                .collect(Collectors.toSet());
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
