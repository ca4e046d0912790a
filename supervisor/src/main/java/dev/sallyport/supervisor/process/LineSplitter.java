package dev.sallyport.supervisor.process;

import dev.sallyport.proto.WireSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream into printable lines, however long they are and whatever bytes they hold. A {@code command} that prints its standard input prints its
 * keys: behind the beginning of a bundle (protocol.md, section 9) nothing of the stream is passed on (docs/adr/0156).
 */
final class LineSplitter {

    private static final int LINE_MAX_BYTES = 8 * 1024;
    private static final int CHUNK_BYTES = 4 * 1024;

    /** How a bundle begins, with its version: no text has these bytes. */
    private static final byte[] BUNDLE = {'S', 'W', 'P', 'B', WireSpec.BUNDLE_VERSION};

    private static final String WITHHELD =
            "this worker prints its standard input, which has its keys: the rest of this stream is not shown";

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int ofBundle;

    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Reads until the end of the stream. */
    void drain(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            for (int i = 0; i < read && ofBundle < BUNDLE.length; i++) {
                take(chunk[i]);
            }
        }
        Arrays.fill(chunk, (byte) 0);
        if (line.size() > 0) {
            emit();
        }
    }

    private void take(byte b) {
        if (beginsBundle(b)) {
            line.reset();
            lines.accept(WITHHELD);
        } else if (b == '\n') {
            emit();
        } else if (line.size() < LINE_MAX_BYTES) {
            line.write(b);
        }
    }

    /** None of its bytes comes twice in it, so that one that does not fit can begin another and nothing else. */
    private boolean beginsBundle(byte b) {
        if (b == BUNDLE[ofBundle]) {
            ofBundle++;
        } else {
            ofBundle = b == BUNDLE[0] ? 1 : 0;
        }
        return ofBundle == BUNDLE.length;
    }

    private void emit() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        lines.accept(Printable.text(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
    }
}
