package dev.sallyport.benchmarks.peer;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Byte arrays as gRPC messages: no protobuf, the length known beforehand, drained with one write. One copy at each end,
 * like a protobuf {@code bytes} field without its parsing.
 */
enum BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
        return new Bytes(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            byte[] value = new byte[stream.available()];
            int read = stream.readNBytes(value, 0, value.length);
            if (read != value.length || stream.available() != 0) {
                throw new IOException("gRPC gave a message of another length than it announced");
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {
        private Bytes(byte[] value) {
            super(value);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = count - pos;
            target.write(buf, pos, length);
            pos = count;
            return length;
        }
    }
}
