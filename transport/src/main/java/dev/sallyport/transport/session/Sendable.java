package dev.sallyport.transport.session;

import com.google.protobuf.CodedOutputStream;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.StopAck;
import dev.sallyport.proto.v1.StopRequest;
import dev.sallyport.proto.v1.WorkerStatus;
import dev.sallyport.transport.frame.ProtocolViolation;

/**
 * Control messages of this side that its peer will take. One that it would refuse ends the session, and a status is sent again on the
 * next one, so it is refused here, where its maker can be told.
 */
public final class Sendable {

    private static final int PAYLOAD_MAX = WireSpec.LEN_MAX_CONTROL - WireSpec.LEN_MIN;

    private Sendable() {}

    /**
     * The status with as many of its methods as fit in a control frame, from the first (protocol.md, section 7).
     *
     * @throws IllegalArgumentException for what the peer would refuse
     */
    public static WorkerStatus status(WorkerStatus status) {
        try {
            ControlCodec.judge(status);
        } catch (ProtocolViolation e) {
            throw refused(e);
        }
        if (status.getSerializedSize() <= PAYLOAD_MAX) {
            return status;
        }
        WorkerStatus.Builder fitting = status.toBuilder().clearMethods();
        int size = fitting.build().getSerializedSize();
        for (String method : status.getMethodsList()) {
            size += CodedOutputStream.computeStringSize(WorkerStatus.METHODS_FIELD_NUMBER, method);
            if (size > PAYLOAD_MAX) {
                break;
            }
            fitting.addMethods(method);
        }
        return fitting.build();
    }

    /**
     * The order as it is, which always fits.
     *
     * @throws IllegalArgumentException for what the peer would refuse
     */
    public static StopRequest order(StopRequest order) {
        try {
            ControlCodec.judge(order);
        } catch (ProtocolViolation e) {
            throw refused(e);
        }
        return order;
    }

    /**
     * The acknowledgement as it is, which always fits.
     *
     * @throws IllegalArgumentException for what the peer would refuse
     */
    public static StopAck ack(StopAck ack) {
        try {
            ControlCodec.judge(ack);
        } catch (ProtocolViolation e) {
            throw refused(e);
        }
        return ack;
    }

    private static IllegalArgumentException refused(ProtocolViolation violation) {
        return new IllegalArgumentException("the peer would refuse it: " + violation.detail());
    }
}
