package dev.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rules.Printed;
import dev.sallyport.supervisor.RuntimeConfig;
import dev.sallyport.supervisor.config.RuntimeConfigLoader;
import dev.sallyport.supervisor.worker.TestRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program, the worker and the configuration of docs/embedding-supervisor.md do together what the page says. */
class EmbeddingSupervisorTest {

    private static final int LINES_MAX = 40;
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path PAGE = MODULE.resolveSibling("docs/embedding-supervisor.md");

    @TempDir
    private Path folder;

    @Test
    void theProgramDoesWhatItIsSaidToDo() throws Exception {
        Path jar = TestRoot.jarOf(
                folder, "prices", List.of(block("java", "@InjectModule"), block("java", "class Prices ")));
        assertThat(Printed.by(SupervisedPrices::main, jar.toString()))
                .containsSubsequence(block("", "graceful:").lines().toList());
    }

    @Test
    void theProgramStandsInThePageAsItIsHere() throws IOException {
        String source = Files.readString(MODULE.resolve("src/test/java/dev/sallyport/examples/SupervisedPrices.java"));
        assertThat(block("java", "class SupervisedPrices")).isEqualTo(source.substring(source.indexOf("import")));
        assertThat(source.substring(source.indexOf("public class")).lines().count())
                .as("lines behind the imports")
                .isLessThanOrEqualTo(LINES_MAX);
    }

    @Test
    void theFileSaysTheSameAsTheProgram() throws IOException {
        Path file = Files.writeString(folder.resolve("service.yml"), block("yaml", "prices.jar"));
        Files.createFile(Files.createDirectory(folder.resolve("lib")).resolve("any.jar"));
        Path jar = Files.createFile(folder.resolve("prices.jar"));

        RuntimeConfig loaded = RuntimeConfigLoader.load(file).config();

        RuntimeConfig built = SupervisedPrices.config(jar.toString());
        assertThat(loaded.groups())
                .singleElement()
                .usingRecursiveComparison()
                .ignoringFields("settings.classPath", "settings.discoveryRoots")
                .isEqualTo(built.groups().get(0));
        assertThat(loaded).usingRecursiveComparison().ignoringFields("groups").isEqualTo(built);
    }

    @Test
    void theBuildFilesOfThePageNameTheVersionsOfThisBuild() throws IOException {
        String build = Files.readString(MODULE.resolveSibling("pom.xml"));
        for (String artifact : List.of("maven-compiler-plugin", "protobuf-maven-plugin")) {
            assertThat(block("xml", artifact)).contains("<version>" + version(build, artifact) + "</version>");
        }
        assertThat(block("xml", "avaje-inject-generator")).contains(property(build, "avaje.inject.version"));
        assertThat(block("xml", "protocVersion")).contains(property(build, "protobuf.version"));
    }

    private static String version(String build, String artifact) {
        return found("<artifactId>" + artifact + "</artifactId><version>([^<]+)</version>", build);
    }

    private static String property(String build, String name) {
        return found("<" + name + ">([^<]+)</" + name + ">", build);
    }

    private static String found(String pattern, String build) {
        return Pattern.compile(pattern)
                .matcher(build)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();
    }

    /** The block of the page in this language that has this text. */
    private static String block(String language, String text) throws IOException {
        return Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(PAGE))
                .results()
                .filter(block ->
                        block.group(1).equals(language) && block.group(2).contains(text))
                .map(block -> block.group(2))
                .findFirst()
                .orElseThrow();
    }
}
