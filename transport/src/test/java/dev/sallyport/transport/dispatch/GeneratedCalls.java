package dev.sallyport.transport.dispatch;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.sallyport.proto.v1.Calls;
import dev.sallyport.proto.v1.Outcome;
import dev.sallyport.proto.v1.Request;
import dev.sallyport.transport.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The judgement of the protobuf library on a CALLS payload, and of the rules written down once more over its objects: what
 * {@link CallsReader} must agree with.
 *
 * <p>Some things the library does not do as the protocol asks, so they are asked in another way. Its parsers of map
 * entries drop unknown fields, and a member of a oneof takes those of its predecessor away with it: the form is judged with
 * a schema that has plain messages for entries, and no oneof. Its fast path over arrays lets some varints of more than ten
 * bytes pass: it is fed byte by byte. And a generated builder merges a member of a oneof into what it held before another
 * member took its place: the values are those of a dynamic message, which forgets it.
 */
final class GeneratedCalls {

    private static final Descriptor KEEPING_ALL = keepingAll();

    private GeneratedCalls() {}

    /** The payload as generated objects; null when its form is wrong. */
    static @Nullable Calls parse(byte[] payload) {
        try {
            Message form = DynamicMessage.parseFrom(KEEPING_ALL, byteByByte(payload));
            if (hasUnknownFields(form)) {
                return null;
            }
            Message values = DynamicMessage.parseFrom(Calls.getDescriptor(), byteByByte(payload));
            return Calls.parseFrom(values.toByteString());
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether the generated class takes the payload, whatever it means. */
    static boolean isTakenByGeneratedClass(byte[] payload) {
        try {
            return !hasUnknownFields(Calls.parseFrom(byteByByte(payload)));
        } catch (IOException e) {
            return false;
        }
    }

    static @Nullable RejectReason verdict(byte[] payload, boolean fromSupervisor) {
        Calls calls = parse(payload);
        if (calls == null) {
            return RejectReason.E_PROTO;
        }
        boolean meaningful = calls.getMessagesCount() <= 256
                && calls.getMessagesList().stream().allMatch(message -> makesSense(message, fromSupervisor));
        return meaningful ? null : RejectReason.E_SEMANTIC;
    }

    private static boolean makesSense(dev.sallyport.proto.v1.Message message, boolean fromSupervisor) {
        if (message.getCallId() == 0) {
            return false;
        }
        return switch (message.getBodyCase()) {
            case REQUEST -> (message.getCallId() % 2 != 0) == fromSupervisor && makesSense(message.getRequest());
            case RESPONSE ->
                message.getResponse().getOutcome() != Outcome.UNRECOGNIZED
                        && message.getResponse().getOutcome() != Outcome.OUTCOME_UNSPECIFIED
                        && message.getResponse().getErrorBytes().size() <= 256
                        && message.getResponse().getMetadataCount() <= 64;
            case CANCEL -> message.getCancel().getReasonBytes().size() <= 256;
            case ITEM -> true;
            case CREDIT -> message.getCredit().getItems() != 0;
            case BODY_NOT_SET -> false;
        };
    }

    private static boolean makesSense(Request request) {
        int method = request.getMethodBytes().size();
        return method >= 1
                && method <= 128
                && (request.getOneWay() || request.getTimeoutMs() != 0)
                && request.getMetadataCount() <= 64;
    }

    private static CodedInputStream byteByByte(byte[] payload) {
        return CodedInputStream.newInstance(new ByteArrayInputStream(payload), 1);
    }

    private static boolean hasUnknownFields(Message message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            return true;
        }
        for (Object value : message.getAllFields().values()) {
            Collection<?> values = value instanceof List<?> list ? list : List.of(value);
            for (Object element : values) {
                if (element instanceof Message inner && hasUnknownFields(inner)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Descriptor keepingAll() {
        FileDescriptorProto.Builder file = Calls.getDescriptor().getFile().toProto().toBuilder();
        for (DescriptorProto.Builder message : file.getMessageTypeBuilderList()) {
            message.clearOneofDecl();
            message.getFieldBuilderList().forEach(FieldDescriptorProto.Builder::clearOneofIndex);
            for (DescriptorProto.Builder nested : message.getNestedTypeBuilderList()) {
                nested.clearOptions();
            }
        }
        try {
            return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]).findMessageTypeByName("Calls");
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }
}
