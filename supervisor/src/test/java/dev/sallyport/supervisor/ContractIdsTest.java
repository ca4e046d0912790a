package dev.sallyport.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was promised by an id is tested by a method of that name, somewhere in the project. */
class ContractIdsTest {

    private static final Path PROJECT = Path.of("..");

    private static Stream<String> ids(String prefix, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> String.format("%s%02d", prefix, number));
    }

    private static Stream<String> promised() {
        return Stream.of(
                        ids("K", 12),
                        ids("C", 6),
                        ids("Z", 13),
                        ids("U", 4),
                        ids("BOOT_CFG_", 5),
                        ids("BOOT_SUM_", 2),
                        ids("BOOT_API_", 3),
                        ids("KEY_IPC_", 4),
                        ids("CHILD_BOOT_", 3),
                        ids("STOP_IPC_", 3),
                        ids("SEC_IPC_", 8),
                        ids("PROC_", 4),
                        Stream.of("PARITY"))
                .flatMap(ids -> ids);
    }

    @Test
    void everyIdIsATestOfThatName() throws IOException {
        String tests = String.join("\n", testSources());
        assertThat(promised())
                .allSatisfy(id -> assertThat(Pattern.compile("void " + id + "(_\\w+)?\\(")
                                .matcher(tests)
                                .results()
                                .anyMatch(found -> isTest(tests, found.start())))
                        .as(id)
                        .isTrue());
    }

    /** Whether the method at this place has its annotation, which stands behind the method before it. */
    private static boolean isTest(String tests, int method) {
        String annotations = tests.substring(tests.lastIndexOf("void ", method - 1) + 1, method);
        return Pattern.compile("@(Test|ParameterizedTest)\\b")
                .matcher(annotations)
                .find();
    }

    private static List<String> testSources() throws IOException {
        List<String> sources = new ArrayList<>();
        Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean built = name.equals("target") || (name.startsWith(".") && !folder.equals(PROJECT));
                return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java")) {
                    sources.add(Files.readString(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
