package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.GoldenFrames;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.GoldenVector;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any frames, each given the tag that verifies, in any state of a session, against the {@link SessionModel}. */
class SessionFuzzTest {

    private static final long TTL_MILLIS = 30_000;
    private static final int WORKER = 1;
    private static final int CONTROL = 2;
    private static final Set<RejectReason> FORM_AND_MEANING = EnumSet.of(RejectReason.E_PROTO, RejectReason.E_SEMANTIC);

    private static final FrameMac MAC;

    static {
        try (Secret key = GoldenVector.first().secret("lanes/data/k_w2s")) {
            MAC = MacFactory.HMAC_SHA256.create(key, Label.FRAME);
        }
    }

    static Stream<byte[]> seeds() {
        return GoldenVector.all()
                .flatMap(vector -> Stream.of(
                        GoldenFrames.behind(GoldenFrames.joined(GoldenFrames.workerFrames(vector, Lane.DATA)), 0, 0),
                        GoldenFrames.behind(
                                GoldenFrames.joined(GoldenFrames.workerFrames(vector, Lane.CONTROL)), CONTROL, 0),
                        GoldenFrames.behind(
                                GoldenFrames.joined(GoldenFrames.supervisorFrames(vector, Lane.DATA)), WORKER, 0),
                        GoldenFrames.behind(
                                GoldenFrames.joined(GoldenFrames.supervisorFrames(vector, Lane.CONTROL)),
                                WORKER | CONTROL,
                                0)));
    }

    /** @param data role and lane; seconds since the anchor, signed; then frames */
    @MethodSource("seeds")
    @FuzzTest
    void verifiedFramesInAnyState(byte[] data) {
        if (data.length < 2) {
            return;
        }
        Role role = (data[0] & WORKER) == 0 ? Role.SUPERVISOR : Role.WORKER;
        Lane lane = (data[0] & CONTROL) == 0 ? Lane.DATA : Lane.CONTROL;
        long ownMillis = TimeUnit.SECONDS.toMillis(data[1]);
        Session session = new Session(role, lane, 1, TTL_MILLIS, 0);
        SessionModel model = new SessionModel(role, lane, 1, TTL_MILLIS);
        ByteBuf in = Unpooled.copiedBuffer(data).skipBytes(2);
        try (FrameDecoder decoder = new FrameDecoder(UnpooledByteBufAllocator.DEFAULT, WireSpec.LEN_MAX_CONTROL)) {
            decoder.decode(in, (buffer, offset, length, more) -> {
                judge(session, model, verified(buffer.copy(offset, length)), ownMillis);
                return true;
            });
        } catch (ProtocolViolation violation) {
            assertThat(violation.reason())
                    .isIn(RejectReason.E_LEN_SHORT, RejectReason.E_LEN_LONG, RejectReason.E_VERSION);
        }
    }

    private static void judge(Session session, SessionModel model, VerifiedFrame frame, long ownMillis) {
        ByteBuf bytes = frame.buffer();
        String expected = model.accept(
                new SessionModel.Received(
                        frame.type(),
                        frame.kind(),
                        frame.schema(),
                        bytes.getShort(WireSpec.OFFSET_FLAGS),
                        bytes.getInt(28),
                        frame.seq(),
                        frame.time()),
                Math.max(0, ownMillis));
        String verdict;
        try {
            Kind kind = session.accept(frame, TimeUnit.MILLISECONDS.toNanos(ownMillis));
            verdict = "OK";
            parse(kind, frame);
        } catch (ProtocolViolation violation) {
            verdict = violation.reason().name();
        }
        assertThat(verdict).isEqualTo(expected);
        assertThat(session.received()).isEqualTo(model.received());
        assertThat(session.isOpen()).isEqualTo(model.state() == SessionModel.State.OPEN);
    }

    /** Whatever stands in the payload is taken or refused. */
    private static void parse(Kind kind, VerifiedFrame frame) {
        ByteBuf buffer = frame.buffer();
        int offset = frame.payloadOffset();
        int length = frame.payloadLength();
        try {
            switch (kind) {
                case READY -> ControlCodec.ready(buffer, offset, length);
                case HEARTBEAT -> ControlCodec.heartbeat(buffer, offset, length);
                case HEARTBEAT_ACK -> ControlCodec.heartbeatAck(buffer, offset, length);
                case WORKER_STATUS -> ControlCodec.workerStatus(buffer, offset, length);
                case STOP -> ControlCodec.stopRequest(buffer, offset, length);
                case STOP_ACK -> ControlCodec.stopAck(buffer, offset, length);
                case GOODBYE -> ControlCodec.goodbye(buffer, offset, length);
                case CALLS -> {}
            }
        } catch (ProtocolViolation violation) {
            assertThat(FORM_AND_MEANING).contains(violation.reason());
        }
    }

    private static VerifiedFrame verified(ByteBuf frame) {
        int length = frame.readableBytes();
        byte[] tag = new byte[WireSpec.TAG_BYTES];
        MAC.tag(new byte[0], frame, 0, length - WireSpec.TAG_BYTES, tag);
        frame.setBytes(length - WireSpec.TAG_BYTES, tag);
        return Objects.requireNonNull(new FrameVerifier(MAC).verify(frame, 0, length));
    }
}
