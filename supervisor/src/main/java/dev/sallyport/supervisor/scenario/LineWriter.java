package dev.sallyport.supervisor.scenario;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Lines of an output. What it hands to the stream is whole lines, so that a process killed at any time leaves no part of one. */
final class LineWriter {

    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int size;

    LineWriter(OutputStream out) {
        this.out = out;
    }

    void write(String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length + 1 > buffer.length - size) {
            flush();
        }
        if (bytes.length + 1 > buffer.length) {
            buffer = new byte[bytes.length + 1];
        }
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
        buffer[size++] = '\n';
    }

    void flush() throws IOException {
        int bytes = size;
        // not offered twice: after a failure nobody knows how much of it was taken
        size = 0;
        out.write(buffer, 0, bytes);
        out.flush();
    }
}
