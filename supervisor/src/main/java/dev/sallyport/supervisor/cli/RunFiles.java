package dev.sallyport.supervisor.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The input and the output of a run, opened before any worker starts. The output keeps its content until {@link #output} is called. */
final class RunFiles implements AutoCloseable {

    private final InputStream input;
    private final FileChannel output;
    private final long inputBytes;
    private volatile long bytesRead;

    /** @throws IOException whose message names the file and is fit for the user */
    RunFiles(Path in, Path out) throws IOException {
        if (Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
            throw new IOException("the input and the output are the same file: " + out);
        }
        InputStream opened = open(in);
        try {
            this.output = FileChannel.open(out, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            opened.close();
            throw new IOException("cannot write the output " + out, e);
        }
        this.input = new Counted(opened);
        this.inputBytes = Files.isRegularFile(in) ? Files.size(in) : 0;
    }

    private static InputStream open(Path in) throws IOException {
        if (Files.isDirectory(in)) {
            throw new IOException("the input is a folder: " + in);
        }
        try {
            return Files.newInputStream(in);
        } catch (IOException e) {
            throw new IOException("cannot read the input " + in, e);
        }
    }

    InputStream input() {
        return input;
    }

    /** The emptied output. */
    OutputStream output() throws IOException {
        if (output.size() > 0) {
            output.truncate(0);
        }
        return Channels.newOutputStream(output);
    }

    long bytesRead() {
        return bytesRead;
    }

    /** How far the input is read: percent, or bytes when its size is not known. */
    String progress() {
        return inputBytes > 0 ? 100 * bytesRead / inputBytes + " %" : bytesRead + " bytes";
    }

    @Override
    public void close() throws IOException {
        try (input) {
            output.close();
        }
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(0, count));
            return count;
        }

        /** Only one thread reads. */
        @SuppressWarnings("NonAtomicVolatileUpdate")
        private void count(int bytes) {
            bytesRead += bytes;
        }
    }
}
