package dev.sallyport.supervisor.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LineWriterTest {

    @Test
    void whatReachesTheStreamIsWholeLines() throws IOException {
        StringBuilder expected = new StringBuilder();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                assertThat(size() == 0 || buf[size() - 1] == '\n').isTrue();
            }
        };
        LineWriter writer = new LineWriter(out);
        for (int i = 0; i < 2000; i++) {
            String line = "é".repeat(i % 97 == 0 ? 50_000 : i % 300);
            expected.append(line).append('\n');
            writer.write(line);
        }
        writer.flush();
        assertThat(out.toString(UTF_8)).isEqualTo(expected.toString());
    }
}
