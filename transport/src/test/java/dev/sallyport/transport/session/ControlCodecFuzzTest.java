package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
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
import dev.sallyport.transport.GoldenFrames;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.GoldenVector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as each message but CALLS, against the generated classes. */
class ControlCodecFuzzTest {

    private interface Read {
        Message of(ByteBuf buffer, int offset, int length) throws ProtocolViolation;
    }

    private record Format(Parser<? extends Message> generated, Read read) {}

    private static final List<Format> FORMATS = List.of(
            new Format(HelloParams.parser(), ControlCodec::helloParams),
            new Format(ChallengeParams.parser(), ControlCodec::challengeParams),
            new Format(Ready.parser(), ControlCodec::ready),
            new Format(Goodbye.parser(), ControlCodec::goodbye),
            new Format(Heartbeat.parser(), ControlCodec::heartbeat),
            new Format(HeartbeatAck.parser(), ControlCodec::heartbeatAck),
            new Format(WorkerStatus.parser(), ControlCodec::workerStatus),
            new Format(StopRequest.parser(), ControlCodec::stopRequest),
            new Format(StopAck.parser(), ControlCodec::stopAck));

    /** Every golden payload as every message. */
    static Stream<byte[]> seeds() {
        GoldenVector vector = GoldenVector.first();
        Stream<byte[]> control = Stream.concat(
                        GoldenFrames.workerFrames(vector, Lane.CONTROL),
                        GoldenFrames.supervisorFrames(vector, Lane.CONTROL))
                .map(frame -> payload(frame, 0));
        Stream<byte[]> handshake = Stream.of(
                payload(vector.hex("lanes/control/hello"), WireSpec.KEY_ID_BYTES + WireSpec.NONCE_BYTES),
                payload(vector.hex("lanes/control/challenge"), WireSpec.SESSION_ID_BYTES + WireSpec.NONCE_BYTES),
                WorkerStatus.newBuilder()
                        .setPhase(WorkerStatus.Phase.READY)
                        .setCategory("c")
                        .setDetail("d")
                        .addMethods("m")
                        .build()
                        .toByteArray());
        return Stream.concat(control, handshake)
                .flatMap(payload ->
                        IntStream.range(0, FORMATS.size()).mapToObj(format -> GoldenFrames.behind(payload, format)));
    }

    private static byte[] payload(byte[] frame, int prefix) {
        return Arrays.copyOfRange(frame, WireSpec.OFFSET_PAYLOAD + prefix, frame.length - WireSpec.TAG_BYTES);
    }

    /** @param data which message, then its bytes */
    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAsAnyMessage(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Format format = FORMATS.get((data[0] & 0xFF) % FORMATS.size());
        byte[] payload = Arrays.copyOfRange(data, 1, data.length);
        Message expected = generated(format.generated(), payload);
        try {
            Message read = format.read().of(Unpooled.wrappedBuffer(data), 1, payload.length);
            assertThat(read).isEqualTo(expected);
        } catch (ProtocolViolation violation) {
            assertThat(violation.reason()).isEqualTo(expected == null ? RejectReason.E_PROTO : RejectReason.E_SEMANTIC);
        }
    }

    /** What the library makes of it, byte by byte, since its fast path lets some overlong numbers pass; null when it refuses. */
    private static @Nullable Message generated(Parser<? extends Message> parser, byte[] payload) {
        try {
            Message message = parser.parseFrom(CodedInputStream.newInstance(new ByteArrayInputStream(payload), 1));
            return message.getUnknownFields().asMap().isEmpty() ? message : null;
        } catch (IOException e) {
            return null;
        }
    }
}
