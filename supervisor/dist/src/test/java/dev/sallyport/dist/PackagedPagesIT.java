package dev.sallyport.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages that the distribution brings: whoever has it alone can follow their links. */
class PackagedPagesIT {

    private static final Path PACKAGED =
            Path.of("../target/sallyport").toAbsolutePath().normalize();

    /** A link to a file, a heading, or both; not one with a scheme. */
    private static final Pattern LINK = Pattern.compile("]\\((?![a-z]+:)([^)#\\s]*)#?([^)\\s]*)[^)]*\\)");

    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

    /** A link, and the page that it stands on. */
    private record Link(Path page, String file, String heading) {

        boolean leadsSomewhereIn(Path folder) {
            Path target = file.isEmpty()
                    ? page
                    : page.resolveSibling(file).toAbsolutePath().normalize();
            return target.startsWith(folder)
                    && Files.exists(target)
                    && (heading.isEmpty() || headings(target).contains(heading));
        }
    }

    @Test
    @DisplayName("each link on a page of the distribution leads to a file, and a heading, in the distribution")
    void everyLinkIsWhole() throws IOException {
        List<Link> links = links(PACKAGED);

        assertThat(links).hasSizeGreaterThan(100);
        assertThat(links).allMatch(link -> link.leadsSomewhereIn(PACKAGED));
    }

    @Test
    @DisplayName("what leads nowhere, to no heading, or out of the folder is found")
    void brokenLinksAreFound(@TempDir Path outer) throws IOException {
        Path folder = Files.createDirectories(outer.resolve("inner")).toRealPath();
        Files.writeString(folder.resolve("../outside.md"), "# Outside");
        Files.writeString(folder.resolve("other.md"), """
                # Two words, `code`: and more
                ## Again
                ## Again
                ```
                # a comment
                ```
                """);
        Files.writeString(folder.resolve("page.md"), """
                [1](other.md), [2](other.md#two-words-code-and-more), [3](#here), [4](https://example.com/none), [5](.),
                [6](other.md#again-1), ![7](missing.svg), [8](other.md#a-comment), [9](#there), [10](../outside.md)
                # Here
                """);

        assertThat(links(folder).stream().filter(link -> !link.leadsSomewhereIn(folder)))
                .extracting(link -> link.file() + "#" + link.heading())
                .containsExactly("missing.svg#", "other.md#a-comment", "#there", "../outside.md#");
    }

    private static List<Link> links(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(page -> LINK.matcher(prose(page))
                            .results()
                            .map(link -> new Link(page, link.group(1), link.group(2))))
                    .toList();
        }
    }

    /** By the names that a reader of Markdown gives them: lower case, hyphens for spaces, a number for the second of a name. */
    private static Set<String> headings(Path page) {
        Map<String, Integer> earlier = new HashMap<>();
        Set<String> names = new HashSet<>();
        HEADING.matcher(prose(page)).results().forEach(heading -> {
            String name = heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-');
            int before = earlier.merge(name, 1, Integer::sum) - 1;
            names.add(before == 0 ? name : name + "-" + before);
        });
        return names;
    }

    private static String prose(Path page) {
        try {
            return CODE.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
