package dev.sallyport.supervisor.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.sallyport.transport.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Protobuf messages that are exact, like those of the protocol itself: an unknown field anywhere is an error. */
record ExactCodec<T extends Message>(Codec<T> plain) implements Codec<T> {

    static <T extends Message> ExactCodec<T> of(Parser<T> parser) {
        return new ExactCodec<>(Codec.protobuf(parser));
    }

    @Override
    public int size(T value) {
        return plain.size(value);
    }

    @Override
    public void write(T value, ByteBuffer out) {
        plain.write(value, out);
    }

    @Override
    public T read(ByteBuffer in) throws IOException {
        T message = plain.read(in);
        if (!isExact(message)) {
            throw new InvalidProtocolBufferException("a field that the message does not have");
        }
        return message;
    }

    private static boolean isExact(Message message) {
        return message.getUnknownFields().asMap().isEmpty()
                && message.getAllFields().values().stream().allMatch(ExactCodec::isExactValue);
    }

    private static boolean isExactValue(Object value) {
        if (value instanceof List<?> items) {
            return items.stream().allMatch(ExactCodec::isExactValue);
        }
        return !(value instanceof Message inner) || isExact(inner);
    }
}
