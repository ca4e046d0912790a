package dev.sallyport.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rules.Texts;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be checked of the pages by a program: that links lead somewhere, and that lists are whole. */
class DocumentationTest {

    private static final Path HOME = Objects.requireNonNull(Texts.MODULE.getParent());
    private static final Path DOCS = HOME.resolve("docs");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");

    @Test
    void everyLinkLeadsToAFile() {
        assertThat(pages())
                .hasSizeGreaterThan(30)
                .allSatisfy(page -> assertThat(
                                LINK.matcher(Texts.text(page)).results().map(link -> link.group(1)))
                        .allSatisfy(target ->
                                assertThat(page.resolveSibling(target)).exists()));
    }

    @Test
    void everyDecisionIsListed() {
        String index = Texts.text(DOCS.resolve("adr/README.md"));

        assertThat(pages().stream()
                        .filter(page -> page.startsWith(DOCS.resolve("adr")))
                        .map(page -> page.getFileName().toString())
                        .filter(name -> !name.equals("README.md")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }

    @Test
    void everySettingOfATransportStandsInThePage() {
        String page = Texts.text(DOCS.resolve("configuration.md"));

        assertThat(Arrays.stream(TransportConfig.Builder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                        .map(Method::getName)
                        .filter(name -> !name.equals("build"))
                        .distinct())
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(page).containsPattern("\\| `" + name + "[`(]"));
    }

    @Test
    void everyThreadStandsInThePage() {
        String page = Texts.text(DOCS.resolve("architecture.md"));
        Pattern thread = Pattern.compile("\"(sallyport-[a-z-]+)\"");

        assertThat(Stream.of("transport", "supervisor")
                        .flatMap(module -> Texts.sources(HOME.resolve(module).resolve("src/main/java")).stream())
                        .flatMap(file -> Texts.text(file).lines())
                        .filter(line -> !line.contains("createTempDirectory"))
                        .flatMap(line -> thread.matcher(line).results().map(name -> name.group(1))))
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(page).contains("`" + name));
    }

    private static List<Path> pages() {
        return Stream.concat(
                        Stream.of(HOME.resolve("README.md"), HOME.resolve("CHANGELOG.md")), Texts.files(DOCS).stream())
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }
}
