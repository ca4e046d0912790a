package dev.sallyport.transport.keys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Published vectors of primitives, which do not ship with the project: their tests skip, visibly, where they are missing. */
final class SharedVectors {

    private SharedVectors() {}

    /** The text of a file of the folder {@code vectors} under {@code -Dsallyport.shared}; without it the test is skipped. */
    static String read(String name) {
        Path file = Path.of(System.getProperty("sallyport.shared", "../../shared"), "vectors", name);
        assumeTrue(Files.isReadable(file), () -> "skipped: no " + name + "; name its folder with -Dsallyport.shared");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
