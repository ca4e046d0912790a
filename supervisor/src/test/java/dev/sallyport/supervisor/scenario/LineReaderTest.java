package dev.sallyport.supervisor.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    private static final int MAX = 70_000;

    @Test
    void linesAreTheSameHoweverTheInputArrives() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> lines = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                int length = random.nextInt(4) == 0 ? random.nextInt(2 * MAX) : random.nextInt(100);
                lines.add(length > MAX ? "too long" : "x".repeat(length));
                text.append("x".repeat(length)).append('\n');
            }
            assertThat(read(inPieces(text.toString(), random)))
                    .as("seed %d", seed)
                    .isEqualTo(lines);
        }
    }

    @Test
    void emptyLinesCountAndTheEndNeedsNoLineFeed() throws Exception {
        assertThat(read(new ByteArrayInputStream("\n\na".getBytes(UTF_8)))).containsExactly("", "", "a");
        assertThat(read(new ByteArrayInputStream(new byte[0]))).isEmpty();
    }

    @Test
    void longestLineIsALine() throws Exception {
        String text = "x".repeat(MAX) + "\n" + "x".repeat(MAX + 1);
        assertThat(read(new ByteArrayInputStream(text.getBytes(UTF_8)))).containsExactly("x".repeat(MAX), "too long");
    }

    private static List<String> read(InputStream in) throws Exception {
        LineReader reader = new LineReader(in, MAX, () -> {});
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
            byte[] bytes = line.bytes();
            lines.add(bytes == null ? "too long" : new String(bytes, UTF_8));
            assertThat(line.number()).isEqualTo(lines.size());
        }
        return lines;
    }

    private static InputStream inPieces(String text, Random random) {
        return new FilterInputStream(new ByteArrayInputStream(text.getBytes(UTF_8))) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return super.read(bytes, offset, 1 + random.nextInt(length));
            }
        };
    }
}
