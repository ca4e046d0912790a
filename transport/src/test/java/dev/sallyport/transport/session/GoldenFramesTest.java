package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.GoldenVector;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The session frames of the golden vectors, byte for byte, and their negative frames, code for code. */
@ExtendWith(NoLeaks.class)
class GoldenFramesTest {

    private static final int MAX_PAYLOAD = 1 << 20;
    private static final long TTL_MILLIS = 30_000;
    private static final long ANCHOR_NANOS = 7_000_000_000L;

    /** One end of a session that receives golden frames. */
    private static final class Receiver implements AutoCloseable {

        private final FrameDecoder decoder;
        private final FrameVerifier verifier;
        private final Session session;
        private final List<Kind> accepted = new ArrayList<>();

        Receiver(GoldenVector vector, Lane lane, Role role) {
            int maxLen = lane == Lane.CONTROL ? WireSpec.LEN_MAX_CONTROL : WireSpec.LEN_MIN + MAX_PAYLOAD;
            decoder = new FrameDecoder(PooledByteBufAllocator.DEFAULT, maxLen);
            try (Secret key = key(vector, lane, role.peer())) {
                verifier = new FrameVerifier(MacFactory.HMAC_SHA256.create(key, Label.FRAME));
            }
            session = new Session(role, lane, 1, TTL_MILLIS, ANCHOR_NANOS);
        }

        void receive(byte[] bytes, long millis) throws ProtocolViolation {
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            decoder.decode(in, (buffer, offset, length, more) -> {
                VerifiedFrame frame = verifier.verify(buffer, offset, length);
                if (frame == null) {
                    throw new ProtocolViolation(RejectReason.E_MAC, "");
                }
                accepted.add(session.accept(frame, ANCHOR_NANOS + TimeUnit.MILLISECONDS.toNanos(millis)));
                return true;
            });
        }

        @Override
        public void close() {
            decoder.close();
        }
    }

    private static Secret key(GoldenVector vector, Lane lane, Role sender) {
        String direction = sender == Role.SUPERVISOR ? "s2w" : "w2s";
        return vector.secret("lanes/" + name(lane) + "/k_" + direction);
    }

    private static String name(Lane lane) {
        return lane == Lane.CONTROL ? "control" : "data";
    }

    /** The frames of one direction of one lane, in order. */
    private static List<byte[]> frames(GoldenVector vector, Lane lane, Role sender) {
        if (lane == Lane.CONTROL) {
            List<String> names = sender == Role.SUPERVISOR ? List.of("ready", "stop") : List.of("stop_ack", "goodbye");
            return names.stream().map(n -> vector.hex("lanes/control/" + n)).toList();
        }
        if (sender == Role.SUPERVISOR) {
            return List.of(vector.hex("lanes/data/ready"));
        }
        return vector.node()
                .at("/lanes/data/data")
                .valueStream()
                .map(hex -> HexFormat.of().parseHex(hex.asString()))
                .toList();
    }

    private interface Check {
        void check(GoldenVector vector, Lane lane, Role sender) throws Exception;
    }

    private static Stream<DynamicTest> everywhere(Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        GoldenVector.all().forEach(vector -> {
            for (Lane lane : Lane.values()) {
                for (Role sender : Role.values()) {
                    tests.add(DynamicTest.dynamicTest(
                            vector + ", " + lane + ", from " + sender, () -> check.check(vector, lane, sender)));
                }
            }
        });
        return tests.stream();
    }

    @TestFactory
    @DisplayName("every golden session frame is accepted, whole and byte by byte")
    Stream<DynamicTest> positiveFramesAreAccepted() {
        return everywhere((vector, lane, sender) -> {
            List<byte[]> frames = frames(vector, lane, sender);
            try (Receiver whole = new Receiver(vector, lane, sender.peer());
                    Receiver pieces = new Receiver(vector, lane, sender.peer())) {
                for (byte[] frame : frames) {
                    whole.receive(frame, 60);
                    for (byte b : frame) {
                        pieces.receive(new byte[] {b}, 60);
                    }
                }
                assertThat(whole.accepted).hasSameSizeAs(frames).isEqualTo(pieces.accepted);
            }
        });
    }

    @TestFactory
    @DisplayName("every golden session frame is reproduced byte for byte")
    Stream<DynamicTest> positiveFramesAreReproduced() {
        return everywhere((vector, lane, sender) -> {
            try (Secret key = key(vector, lane, sender)) {
                FrameSigner signer = new FrameSigner(MacFactory.HMAC_SHA256.create(key, Label.FRAME));
                for (byte[] golden : frames(vector, lane, sender)) {
                    assertThat(rebuilt(golden, signer)).isEqualTo(golden);
                }
            }
        });
    }

    private static byte[] rebuilt(byte[] golden, FrameSigner signer) {
        ByteBuf in = Unpooled.wrappedBuffer(golden);
        ByteBuf out = Unpooled.buffer();
        int start = FrameEncoder.begin(out);
        int payload = golden.length - WireSpec.OFFSET_PAYLOAD - WireSpec.TAG_BYTES;
        out.writeBytes(in, WireSpec.OFFSET_PAYLOAD, payload);
        signer.seal(
                out,
                start,
                in.getByte(WireSpec.OFFSET_TYPE),
                in.getShort(WireSpec.OFFSET_KIND),
                in.getShort(WireSpec.OFFSET_SCHEMA),
                in.getLong(WireSpec.OFFSET_SEQ),
                in.getLong(WireSpec.OFFSET_TIME));
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    @TestFactory
    @DisplayName("every golden negative frame gets its code and moves nothing")
    Stream<DynamicTest> negativeFramesGetTheirCode() {
        return GoldenVector.negativeFrames().stream()
                .map(node -> DynamicTest.dynamicTest(node.get("name").asString(), () -> judge(node)));
    }

    private static void judge(JsonNode node) {
        byte[] frame = HexFormat.of().parseHex(node.get("frame").asString());
        String expected = node.get("expect").asString();
        try (Receiver supervisor = new Receiver(GoldenVector.first(), Lane.DATA, Role.SUPERVISOR)) {
            assertThat(verdict(supervisor, frame)).isEqualTo(expected);
            assertThat(supervisor.session.received()).isEqualTo(expected.equals("OK") ? 1 : 0);
        }
    }

    private static String verdict(Receiver receiver, byte[] frame) {
        try {
            receiver.receive(frame, 0);
            return receiver.accepted.isEmpty() ? "nothing" : "OK";
        } catch (ProtocolViolation violation) {
            return violation.reason().name();
        }
    }
}
