package dev.sallyport.transport.session;

import static dev.sallyport.transport.session.ExactMessage.delimited;
import static dev.sallyport.transport.session.ExactMessage.varint;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.ChallengeParams;
import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.proto.v1.Heartbeat;
import dev.sallyport.proto.v1.HeartbeatAck;
import dev.sallyport.proto.v1.HelloParams;
import dev.sallyport.proto.v1.Ready;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.MethodDescriptor;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Every message but CALLS: from the bytes of a payload to the generated class, with its form and its meaning checked
 * (protocol.md, section 7), and back.
 *
 * <p>A reading method takes {@code length} bytes from the absolute index {@code offset}. It throws {@link ProtocolViolation}
 * with E_PROTO when the bytes are not exactly the message, else with E_SEMANTIC when a field makes no sense whatever the
 * state. The result does not depend on the buffer.
 */
public final class ControlCodec {

    static final ExactMessage<HelloParams> HELLO_PARAMS = new ExactMessage<>(
            HelloParams.parser(),
            varint(HelloParams.SCHEMA_MIN_FIELD_NUMBER),
            varint(HelloParams.SCHEMA_MAX_FIELD_NUMBER),
            delimited(HelloParams.WORKER_ID_FIELD_NUMBER),
            varint(HelloParams.INCARNATION_FIELD_NUMBER),
            varint(HelloParams.PID_FIELD_NUMBER),
            delimited(HelloParams.GROUP_ID_FIELD_NUMBER),
            varint(HelloParams.LANE_FIELD_NUMBER));

    static final ExactMessage<ChallengeParams> CHALLENGE_PARAMS = new ExactMessage<>(
            ChallengeParams.parser(),
            varint(ChallengeParams.SCHEMA_FIELD_NUMBER),
            varint(ChallengeParams.MAX_PAYLOAD_FIELD_NUMBER),
            varint(ChallengeParams.TTL_MS_FIELD_NUMBER));

    static final ExactMessage<Ready> READY =
            new ExactMessage<>(Ready.parser(), varint(Ready.HEARTBEAT_MS_FIELD_NUMBER));

    static final ExactMessage<Goodbye> GOODBYE = new ExactMessage<>(
            Goodbye.parser(),
            varint(Goodbye.CODE_FIELD_NUMBER),
            varint(Goodbye.LAST_SEQ_RECEIVED_FIELD_NUMBER),
            varint(Goodbye.RECEIVED_ANY_FIELD_NUMBER));

    static final ExactMessage<Heartbeat> HEARTBEAT =
            new ExactMessage<>(Heartbeat.parser(), varint(Heartbeat.TOKEN_FIELD_NUMBER));

    static final ExactMessage<HeartbeatAck> HEARTBEAT_ACK =
            new ExactMessage<>(HeartbeatAck.parser(), varint(HeartbeatAck.TOKEN_FIELD_NUMBER));

    static final ExactMessage<WorkerStatus> WORKER_STATUS = new ExactMessage<>(
            WorkerStatus.parser(),
            varint(WorkerStatus.PHASE_FIELD_NUMBER),
            delimited(WorkerStatus.CATEGORY_FIELD_NUMBER),
            delimited(WorkerStatus.DETAIL_FIELD_NUMBER),
            delimited(WorkerStatus.METHODS_FIELD_NUMBER));

    static final ExactMessage<StopRequest> STOP_REQUEST = new ExactMessage<>(
            StopRequest.parser(),
            delimited(StopRequest.STOP_ID_FIELD_NUMBER),
            varint(StopRequest.MODE_FIELD_NUMBER),
            varint(StopRequest.GRACEFUL_TIMEOUT_MS_FIELD_NUMBER),
            varint(StopRequest.DRAIN_INFLIGHT_FIELD_NUMBER),
            delimited(StopRequest.REASON_FIELD_NUMBER));

    static final ExactMessage<StopAck> STOP_ACK = new ExactMessage<>(
            StopAck.parser(),
            delimited(StopAck.STOP_ID_FIELD_NUMBER),
            varint(StopAck.PHASE_FIELD_NUMBER),
            varint(StopAck.INFLIGHT_FIELD_NUMBER),
            varint(StopAck.COMPLETED_FIELD_NUMBER),
            varint(StopAck.ABANDONED_FIELD_NUMBER),
            varint(StopAck.DUPLICATE_FIELD_NUMBER),
            varint(StopAck.EFFECTIVE_TIMEOUT_MS_FIELD_NUMBER));

    private ControlCodec() {}

    /** Puts the message at the writer index. */
    public static void write(MessageLite message, ByteBuf out) {
        out.writeBytes(message.toByteArray());
    }

    /** What follows the fixed prefix of HELLO. Who may say what is the handshake's to judge. */
    public static HelloParams helloParams(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        HelloParams params = HELLO_PARAMS.parse(buffer, offset, length);
        switch (params.getLane()) {
            case LANE_CONTROL, LANE_DATA -> {}
            case LANE_UNSPECIFIED, UNRECOGNIZED -> throw meaningless("an unknown lane");
        }
        return params;
    }

    /** What follows the fixed prefix of CHALLENGE. */
    public static ChallengeParams challengeParams(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        ChallengeParams params = CHALLENGE_PARAMS.parse(buffer, offset, length);
        require(params.getMaxPayload() >= WireSpec.MAX_PAYLOAD_FLOOR, "a payload limit below 4096 bytes");
        require(params.getMaxPayload() <= Integer.MAX_VALUE, "a payload limit of 2 GiB or more");
        require(params.getTtlMs() != 0, "a time to live of 0");
        return params;
    }

    public static Ready ready(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        return READY.parse(buffer, offset, length);
    }

    /** The code may be one that this build does not know, but not 0. */
    public static Goodbye goodbye(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        Goodbye goodbye = GOODBYE.parse(buffer, offset, length);
        require(goodbye.getCode() != 0, "a goodbye without a code");
        return goodbye;
    }

    public static Heartbeat heartbeat(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        return HEARTBEAT.parse(buffer, offset, length);
    }

    public static HeartbeatAck heartbeatAck(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        return HEARTBEAT_ACK.parse(buffer, offset, length);
    }

    public static WorkerStatus workerStatus(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        WorkerStatus status = WORKER_STATUS.parse(buffer, offset, length);
        judge(status);
        return status;
    }

    /** The time-out is the receiver's to clamp. */
    public static StopRequest stopRequest(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        StopRequest stop = STOP_REQUEST.parse(buffer, offset, length);
        judge(stop);
        return stop;
    }

    public static StopAck stopAck(ByteBuf buffer, int offset, int length) throws ProtocolViolation {
        StopAck ack = STOP_ACK.parse(buffer, offset, length);
        judge(ack);
        return ack;
    }

    /** The meaning of what was received, and of what is to be sent. */
    static void judge(WorkerStatus status) throws ProtocolViolation {
        switch (status.getPhase()) {
            case CONTAINER_UP, READY, FAILED -> {}
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> throw meaningless("an unknown phase");
        }
        requireText(status.getCategoryBytes(), "a category too long");
        requireText(status.getDetailBytes(), "a detail too long");
        requireMethods(status.getMethodsList().asByteStringList());
    }

    /** The meaning of what was received, and of what is to be sent. */
    static void judge(StopRequest stop) throws ProtocolViolation {
        requireStopId(stop.getStopId());
        switch (stop.getMode()) {
            case DRAIN, IMMEDIATE -> {}
            case MODE_UNSPECIFIED, UNRECOGNIZED -> throw meaningless("an unknown mode");
        }
        requireText(stop.getReasonBytes(), "a reason too long");
    }

    /** The meaning of what was received, and of what is to be sent. */
    static void judge(StopAck ack) throws ProtocolViolation {
        requireStopId(ack.getStopId());
        switch (ack.getPhase()) {
            case ACCEPTED, INGRESS_CLOSED, DRAINED, FLUSHED, STOPPED, REFUSED -> {}
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> throw meaningless("an unknown phase");
        }
    }

    private static void requireStopId(ByteString stopId) throws ProtocolViolation {
        require(stopId.size() == WireSpec.STOP_ID_BYTES, "a stop id that is not 16 bytes");
    }

    private static void requireText(ByteString utf8, String otherwise) throws ProtocolViolation {
        require(utf8.size() <= WireSpec.TEXT_MAX_BYTES, otherwise);
    }

    private static void requireMethods(List<ByteString> names) throws ProtocolViolation {
        for (ByteString name : names) {
            require(
                    !name.isEmpty() && name.size() <= MethodDescriptor.NAME_MAX_BYTES,
                    "a method name of no legal length");
        }
    }

    private static void require(boolean condition, String otherwise) throws ProtocolViolation {
        if (!condition) {
            throw meaningless(otherwise);
        }
    }

    private static ProtocolViolation meaningless(String detail) {
        return new ProtocolViolation(RejectReason.E_SEMANTIC, detail);
    }
}
