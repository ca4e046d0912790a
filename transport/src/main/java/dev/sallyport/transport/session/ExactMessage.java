package dev.sallyport.transport.session;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.Set;

/**
 * A type of message without sub-messages, read exactly: the first field that it does not have ends the reading, so that
 * unknown fields are neither kept nor counted.
 */
final class ExactMessage<T extends MessageLite> {

    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final Parser<T> parser;
    private final Set<Integer> tags;

    /** @param tags of all fields, see {@link #varint} and {@link #delimited} */
    ExactMessage(Parser<T> parser, Integer... tags) {
        this.parser = parser;
        this.tags = Set.of(tags);
    }

    /** The tag of a number, an enum or a bool. */
    static int varint(int fieldNumber) {
        return fieldNumber << 3 | VARINT;
    }

    /** The tag of a string or of bytes. */
    static int delimited(int fieldNumber) {
        return fieldNumber << 3 | LENGTH_DELIMITED;
    }

    Set<Integer> tags() {
        return tags;
    }

    /** @throws ProtocolViolation with E_PROTO */
    T parse(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        byte[] bytes = ByteBufUtil.getBytes(buffer, offset, length);
        try {
            if (hasOnlyKnownTags(bytes)) {
                return parser.parseFrom(bytes);
            }
        } catch (IOException e) {
            // not kept as a cause: it carries what was parsed so far
        }
        throw new ProtocolViolation(RejectReason.E_PROTO, "not exactly the message of this kind");
    }

    private boolean hasOnlyKnownTags(byte[] bytes) throws IOException {
        CodedInputStream input = CodedInputStream.newInstance(bytes);
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (!tags.contains(tag)) {
                return false;
            }
            input.skipField(tag);
        }
        return true;
    }
}
