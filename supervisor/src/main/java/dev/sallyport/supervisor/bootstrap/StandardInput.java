package dev.sallyport.supervisor.bootstrap;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The standard input of a worker's process: a bundle, and behind it the lifeline. {@link #close} ends a wait for the next byte, which that of
 * {@link System#in} does not; a thread that waits in native code holds up the exit of a JVM by 0.3 s (docs/adr/0110). Nothing of the
 * bundle stays in a buffer of the stream.
 */
public final class StandardInput extends InputStream {

    private final FileInputStream file = new FileInputStream(FileDescriptor.in);
    private final FileChannel channel = file.getChannel();
    private final ByteBuffer next = ByteBuffer.allocateDirect(1);

    /** For the one reader of this process's standard input, who is one thread. */
    public StandardInput() {}

    /** Waits for a byte, as no secret is sent: until it comes, the stream ends, or it is closed by another thread. */
    @Override
    public int read() throws IOException {
        next.clear();
        return channel.read(next) < 0 ? -1 : Byte.toUnsignedInt(next.get(0));
    }

    /** Reads straight into {@code bytes}. Only the end of the stream, and no {@link #close}, ends a wait. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return file.read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
        return file.available();
    }

    /** Whoever waits in {@link #read()} is told by an {@link IOException}. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
