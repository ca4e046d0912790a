package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules on the sources of every module. A module's test extends them. */
public abstract class SourceRules {

    protected static final Path MAIN = Texts.MODULE.resolve("src/main/java");
    private static final Path TESTS = Texts.MODULE.resolve("src/test/java");
    private static final int LINES_MAX = 300;

    @Test
    public void everyPackageIsNullMarked() {
        assertThat(packages())
                .isNotEmpty()
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .contains("@NullMarked"));
    }

    @Test
    public void noPackageIsADrawerForAnything() {
        assertThat(packages()).noneMatch(folder -> folder.toString().matches(".*/(utils?|common|helpers?|misc)(/.*)?"));
    }

    @Test
    public void filesStaySmall() {
        assertThat(Texts.sources(MAIN))
                .allSatisfy(file -> assertThat(Texts.text(file).lines().count()).isLessThanOrEqualTo(LINES_MAX));
    }

    /** It runs from the loading of its class: what a test does late in a slow class would be over its time. */
    @Test
    public void noDeadlineIsSharedByTests() {
        assertThat(Texts.sources(TESTS))
                .isNotEmpty()
                .allSatisfy(file ->
                        assertThat(file).content().doesNotContainPattern("static\\s+final\\s+Deadline\\s+[A-Z]"));
    }

    private static Set<Path> packages() {
        return Texts.sources(MAIN).stream().map(Path::getParent).collect(Collectors.toSet());
    }
}
