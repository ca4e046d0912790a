package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.ChallengeParams;
import dev.sallyport.proto.v1.HelloParams;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.keys.GoldenVector;
import dev.sallyport.transport.keys.Hkdf;
import dev.sallyport.transport.keys.JdkHkdf;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A full handshake with fixed nonces and times, through both halves. */
@ExtendWith(NoLeaks.class)
class GoldenHandshakeTest {

    private static final long ANCHOR_NANOS = 1_000_000_000L;
    private final Hkdf hkdf = new JdkHkdf();

    static Stream<Arguments> lanes() {
        return GoldenVector.all().flatMap(vector -> Stream.of(Lane.values()).map(lane -> Arguments.of(vector, lane)));
    }

    /** One lane of one vector. */
    private record Golden(GoldenVector vector, Lane lane) {

        byte[] bytes(String name) {
            return vector.hex("lanes/" + (lane == Lane.CONTROL ? "control/" : "data/") + name);
        }

        long time(String frame) {
            return Unpooled.wrappedBuffer(bytes(frame)).getLong(WireSpec.OFFSET_TIME);
        }

        private byte[] params(String frame, int prefix) {
            byte[] whole = bytes(frame);
            return Arrays.copyOfRange(whole, WireSpec.OFFSET_PAYLOAD + prefix, whole.length - WireSpec.TAG_BYTES);
        }

        HelloParams hello() throws InvalidProtocolBufferException {
            return HelloParams.parseFrom(params("hello", WireSpec.KEY_ID_BYTES + WireSpec.NONCE_BYTES));
        }

        ChallengeParams challenge() throws InvalidProtocolBufferException {
            return ChallengeParams.parseFrom(params("challenge", WireSpec.SESSION_ID_BYTES + WireSpec.NONCE_BYTES));
        }

        byte[] th0() {
            return KeySchedule.th0(
                    vector.hex("boot_id"),
                    vector.address().getAddress().getAddress(),
                    vector.address().getPort());
        }
    }

    private static Consumer<byte[]> script(byte[]... values) {
        Deque<byte[]> left = new ArrayDeque<>(List.of(values));
        return out -> {
            byte[] next = left.removeFirst();
            assertThat(out).hasSameSizeAs(next);
            System.arraycopy(next, 0, out, 0, next.length);
        };
    }

    private WorkerHandshake worker(Golden golden, PeerKeys keys) throws InvalidProtocolBufferException {
        ChallengeParams limits = golden.challenge();
        return new WorkerHandshake(
                new WorkerHandshake.Settings(
                        golden.vector().peer(),
                        golden.vector().hex("keys/key_id"),
                        keys,
                        golden.th0(),
                        (int) limits.getMaxPayload(),
                        limits.getTtlMs(),
                        golden.hello().getPid(),
                        script(golden.bytes("nonce_w")),
                        MacFactory.HMAC_SHA256),
                golden.lane());
    }

    private SupervisorHandshake supervisor(Golden golden, PeerDirectory peers, PeerKeys unknown)
            throws InvalidProtocolBufferException {
        ChallengeParams limits = golden.challenge();
        return new SupervisorHandshake(new SupervisorHandshake.Settings(
                peers,
                unknown,
                golden.th0(),
                (int) limits.getMaxPayload(),
                limits.getTtlMs(),
                script(golden.bytes("session_id"), golden.bytes("nonce_s")),
                MacFactory.HMAC_SHA256));
    }

    private static PeerKeys randomKeys(Hkdf hkdf) {
        SecureRandom random = new SecureRandom();
        try (Secret a = Secret.random(random, 32);
                Secret b = Secret.random(random, 32)) {
            return PeerKeys.derive(hkdf, a, b);
        }
    }

    private static byte[] taken(ByteBuf out) {
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.clear();
        return bytes;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("lanes")
    @DisplayName("H16 the golden transcript is reproduced byte for byte by both halves")
    void H16_goldenTranscriptIsReproduced(GoldenVector vector, Lane lane) throws Exception {
        Golden golden = new Golden(vector, lane);
        PeerDirectory peers = new PeerDirectory();
        peers.add(new IssuedPeer(vector.record(hkdf), 64, 30_000));
        ByteBuf out = Unpooled.buffer();
        try (PeerKeys keys = vector.peerKeys(hkdf);
                PeerKeys unknown = randomKeys(hkdf)) {
            WorkerHandshake worker = worker(golden, keys);
            SupervisorHandshake supervisor = supervisor(golden, peers, unknown);

            worker.hello(golden.time("hello"), out);
            byte[] hello = taken(out);
            assertThat(hello).isEqualTo(golden.bytes("hello"));

            long challengeTime = golden.time("challenge");
            supervisor.frame(Unpooled.wrappedBuffer(hello), 0, hello.length, false, challengeTime, ANCHOR_NANOS, out);
            byte[] challenge = taken(out);
            assertThat(challenge).isEqualTo(golden.bytes("challenge"));

            worker.challenge(
                    Unpooled.wrappedBuffer(challenge), 0, challenge.length, golden.time("finish"), ANCHOR_NANOS, out);
            byte[] finish = taken(out);
            assertThat(finish).isEqualTo(golden.bytes("finish"));

            supervisor.frame(Unpooled.wrappedBuffer(finish), 0, finish.length, false, challengeTime, ANCHOR_NANOS, out);
            assertThat(out.isReadable()).isFalse();
            Established bySupervisor = Objects.requireNonNull(supervisor.established());
            Established byWorker = Objects.requireNonNull(worker.established());
            assertThat(bySupervisor.peer()).isEqualTo(vector.peer()).isEqualTo(byWorker.peer());
            assertThat(bySupervisor.lane()).isEqualTo(lane).isEqualTo(byWorker.lane());
            readyIsTheGoldenOne(golden, bySupervisor, byWorker);
        }
    }

    /** READY under the keys that the handshake left, from one side to the other. */
    private static void readyIsTheGoldenOne(Golden golden, Established sender, Established receiver) throws Exception {
        byte[] ready = golden.bytes("ready");
        ByteBuf out = Unpooled.buffer();
        FrameSigner signer = sender.outbound();
        signer.seal(out, FrameEncoder.begin(out), WireSpec.TYPE_CONTROL, WireSpec.KIND_READY, 1, 0, 0);
        assertThat(taken(out)).isEqualTo(ready);
        var verified = receiver.inbound().verify(Unpooled.wrappedBuffer(ready), 0, ready.length);
        assertThat(receiver.session().accept(Objects.requireNonNull(verified), ANCHOR_NANOS))
                .isEqualTo(Kind.READY);
    }
}
