package dev.sallyport.transport;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How a payload of one type becomes bytes and back. A codec is stateless and never blocks: it runs on the threads that
 * move frames, and writes straight into the outgoing frame. A value handed to a call must not change until the call has ended.
 */
public interface Codec<T> {

    /** The exact number of bytes that {@link #write} will put. */
    int size(T value);

    /** Puts exactly {@link #size} bytes. */
    void write(T value, ByteBuffer out);

    /**
     * Takes the value from all bytes that remain. The buffer belongs to the transport and is gone after the call: copy what is kept.
     *
     * @throws IOException when the bytes are not a value of this type
     */
    T read(ByteBuffer in) throws IOException;

    /** The bytes themselves: copied once, out of the network buffer, when received; not copied by the caller when sent. */
    static Codec<byte[]> bytes() {
        return BytesCodec.INSTANCE;
    }

    /** Protobuf messages of one type, parsed with the library's own limits. */
    static <T extends MessageLite> Codec<T> protobuf(Parser<T> parser) {
        return new ProtobufCodec<>(parser);
    }

    /** See {@link #bytes()}. */
    enum BytesCodec implements Codec<byte[]> {
        INSTANCE;

        @Override
        public int size(byte[] value) {
            return value.length;
        }

        @Override
        public void write(byte[] value, ByteBuffer out) {
            out.put(value);
        }

        @Override
        public byte[] read(ByteBuffer in) {
            byte[] bytes = new byte[in.remaining()];
            in.get(bytes);
            return bytes;
        }
    }

    /** See {@link #protobuf(Parser)}. */
    record ProtobufCodec<T extends MessageLite>(Parser<T> parser) implements Codec<T> {
        @Override
        public int size(T value) {
            return value.getSerializedSize();
        }

        @Override
        public void write(T value, ByteBuffer out) {
            try {
                CodedOutputStream stream = CodedOutputStream.newInstance(out);
                value.writeTo(stream);
                stream.flush();
            } catch (IOException e) {
                throw new IllegalStateException("a message did not fit its own serialised size", e);
            }
        }

        @Override
        public T read(ByteBuffer in) throws InvalidProtocolBufferException {
            try {
                return parser.parseFrom(in);
            } catch (InvalidProtocolBufferException e) {
                // the partial message would carry payload bytes into logs
                throw e.setUnfinishedMessage(null);
            }
        }
    }
}
