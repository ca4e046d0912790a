package dev.sallyport.supervisor.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream into printable lines, however long they are and whatever bytes they hold. */
final class LineSplitter {

    private static final int LINE_MAX_BYTES = 8 * 1024;
    private static final int CHUNK_BYTES = 4 * 1024;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Reads until the end of the stream. */
    void drain(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            for (int i = 0; i < read; i++) {
                take(chunk[i]);
            }
        }
        if (line.size() > 0) {
            emit();
        }
    }

    private void take(byte b) {
        if (b == '\n') {
            emit();
        } else if (line.size() < LINE_MAX_BYTES) {
            line.write(b);
        }
    }

    private void emit() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        lines.accept(Printable.text(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
    }
}
