package dev.sallyport.transport;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.nio.charset.StandardCharsets;

/**
 * A method: its name on the wire and the types of its request and reply. Both sides build the same one.
 *
 * @param name 1 to 128 bytes of UTF-8, unique among the routes of one side, by custom {@code service/method}
 * @param shape how many requests and replies one call has
 */
public record MethodDescriptor<Q, R>(String name, Codec<Q> request, Codec<R> reply, Shape shape) {

    /** How many requests and replies one call has. */
    public enum Shape {
        /** One request, one reply. */
        UNARY,
        /** One request, any number of replies. */
        SERVER_STREAM,
        /** Any number of requests, one reply. */
        CLIENT_STREAM,
        /** Any number of both, in any order. */
        BIDIRECTIONAL;

        /** Whether requests are a stream. */
        public boolean streamsRequests() {
            return this == CLIENT_STREAM || this == BIDIRECTIONAL;
        }

        /** Whether replies are a stream. */
        public boolean streamsReplies() {
            return this == SERVER_STREAM || this == BIDIRECTIONAL;
        }
    }

    /** The longest name, in bytes of UTF-8. */
    public static final int NAME_MAX_BYTES = 128;

    /** @throws IllegalArgumentException when the name is empty or too long */
    public MethodDescriptor {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > NAME_MAX_BYTES) {
            throw new IllegalArgumentException("a method name is 1 to " + NAME_MAX_BYTES + " bytes");
        }
    }

    /** A method over protobuf messages. */
    public static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> of(
            String name, Parser<Q> request, Parser<R> reply) {
        return new MethodDescriptor<>(name, Codec.protobuf(request), Codec.protobuf(reply), Shape.UNARY);
    }

    /** A method over raw bytes. */
    public static MethodDescriptor<byte[], byte[]> ofBytes(String name) {
        return new MethodDescriptor<>(name, Codec.bytes(), Codec.bytes(), Shape.UNARY);
    }

    /** The same method in another shape. */
    public MethodDescriptor<Q, R> shaped(Shape other) {
        return new MethodDescriptor<>(name, request, reply, other);
    }
}
