package dev.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rules.Printed;
import dev.sallyport.transport.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of docs/embedding.md and of the README do what they are said to do, and stand there as they are here. */
class EmbeddingExamplesTest {

    private static final int LINES_MAX = 40;
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path SOURCES = MODULE.resolve("src/test/java/dev/sallyport/examples");
    private static final Pattern BLOCK =
            Pattern.compile("```java\n(?<code>(?:(?!```).)*?class (?<name>\\w+) \\{\n.*?)```", Pattern.DOTALL);

    static Stream<Arguments> programs() {
        return Stream.of(
                program("RawBytes", RawBytes::main, "hello"),
                program("TypedMessages", TypedMessages::main, "4", "APPLICATION_ERROR true 42"),
                program("OneWay", OneWay::main, "7"),
                program(
                        "ServerStreaming",
                        ServerStreaming::main,
                        IntStream.range(0, 100).mapToObj(row -> "row " + row).toArray(String[]::new)),
                program("ClientStreaming", ClientStreaming::main, "10000000"),
                program("BothWays", BothWays::main, "you said yes", "you said no", "over"),
                program(
                        "CallingBack",
                        CallingBack::main,
                        "9",
                        "PERMISSION_DENIED: this peer may not call server/erase"),
                program("StaticSecret", StaticSecret::main, "3"),
                program("ServerRestart", ServerRestart::main, "3"),
                program("Metrics", Metrics::main, "1"));
    }

    private static Arguments program(String name, Printed.Program program, String... output) {
        return Arguments.of(name, program, List.of(output));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void doesWhatItIsSaidToDo(String name, Printed.Program program, List<String> output) throws Exception {
        assertThat(Printed.by(program)).containsSubsequence(output);
    }

    /** All of them, in a process whose temporary folder a test can look at. */
    public static void main(String[] args) throws Exception {
        for (Arguments program : programs().toList()) {
            ((Printed.Program) program.get()[1]).main(args);
        }
    }

    @Test
    void noneLeavesAFileBehind(@TempDir Path folder) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path output = folder.resolve("output");
        Process programs = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddingExamplesTest.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(programs.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("they end")
                    .isTrue();
            assertThat(programs.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            programs.destroyForcibly();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void standsInThePageAsItIsHere(String name, Printed.Program program, List<String> output) throws IOException {
        String source = Files.readString(SOURCES.resolve(name + ".java"));
        String shown = source.substring(source.indexOf("import"));

        assertThat(blocks(MODULE.resolveSibling("docs/embedding.md"))).containsEntry(name, shown);
        assertThat(source.substring(source.indexOf("public class")).lines().count())
                .as("lines behind the imports")
                .isLessThanOrEqualTo(LINES_MAX);
    }

    @Test
    void theReadmeShowsOneOfThem() throws IOException {
        assertThat(blocks(MODULE.resolveSibling("README.md")))
                .containsEntry(
                        "RawBytes",
                        blocks(MODULE.resolveSibling("docs/embedding.md")).get("RawBytes"));
    }

    /** The programs in a page, by the names of their classes. */
    private static Map<String, String> blocks(Path page) throws IOException {
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher block = BLOCK.matcher(Files.readString(page));
        while (block.find()) {
            blocks.put(block.group("name"), block.group("code"));
        }
        return blocks;
    }
}
