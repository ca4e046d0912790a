package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.GoldenFrames;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.frame.FrameDecoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.Direction;
import dev.sallyport.transport.keys.GoldenVector;
import dev.sallyport.transport.keys.JdkHkdf;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.PeerRecord;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as a handshake, to both roles. The first byte says whether every frame is given the tag that verifies: so the target
 * also gets behind the tag, where only a peer with keys comes.
 */
class HandshakeFuzzTest {

    private static final GoldenVector GOLDEN = GoldenVector.first();
    private static final PeerKeys KEYS = GOLDEN.peerKeys(new JdkHkdf());
    private static final PeerRecord RECORD = GOLDEN.record(new JdkHkdf());
    private static final PeerKeys UNKNOWN = unknown();
    private static final byte[] TH0 = KeySchedule.th0(
            GOLDEN.hex("boot_id"),
            GOLDEN.address().getAddress().getAddress(),
            GOLDEN.address().getPort());
    private static final long TIME =
            Unpooled.wrappedBuffer(GOLDEN.hex("lanes/data/hello")).getLong(WireSpec.OFFSET_TIME);
    private static final int MAX_PAYLOAD = 1 << 20;
    private static final int TTL_MILLIS = 30_000;
    private static final int SIGNED = 1;

    private static final Set<RejectReason> TO_A_SUPERVISOR = EnumSet.of(
            RejectReason.E_LEN_SHORT,
            RejectReason.E_LEN_LONG,
            RejectReason.E_VERSION,
            RejectReason.E_HS_ORDER,
            RejectReason.E_AUTH,
            RejectReason.E_SCHEMA);

    private static final Set<RejectReason> TO_A_WORKER = EnumSet.of(
            RejectReason.E_LEN_SHORT, RejectReason.E_LEN_LONG, RejectReason.E_VERSION, RejectReason.E_PEER_AUTH);

    private final ByteBuf out = Unpooled.buffer();

    private static PeerKeys unknown() {
        try (Secret a = GoldenVector.overIpv6().secret("keys/base_s2w");
                Secret b = GoldenVector.overIpv6().secret("keys/base_w2s")) {
            return PeerKeys.derive(new JdkHkdf(), a, b);
        }
    }

    static Stream<byte[]> seeds() {
        return GoldenFrames.sessions()
                .flatMap(stream -> Stream.of(GoldenFrames.behind(stream, 0), GoldenFrames.behind(stream, SIGNED)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void toASupervisor(byte[] data) {
        PeerDirectory peers = new PeerDirectory();
        peers.add(new IssuedPeer(RECORD, 64, TTL_MILLIS));
        SupervisorHandshake handshake = new SupervisorHandshake(new SupervisorHandshake.Settings(
                peers, UNKNOWN, TH0, MAX_PAYLOAD, TTL_MILLIS, HandshakeFuzzTest::fixed, MacFactory.HMAC_SHA256));
        Transcript transcript = new Transcript(TH0, Direction.W2S);

        RejectReason refusal = feed(data, transcript, (frame, length, more) -> {
            boolean hello = !handshake.isHelloVerified();
            handshake.frame(frame, 0, length, more, TIME, 0, out);
            transcript.add(ByteBufUtil.getBytes(frame, 0, length));
            byte[] answer = taken();
            assertThat(answer.length > 0).as("CHALLENGE follows HELLO alone").isEqualTo(hello);
            if (hello) {
                transcript.add(answer);
            }
            assertThat(handshake.established() != null).isEqualTo(!hello);
        });

        assertThat(out.isReadable()).as("bytes for a stranger").isFalse();
        assertThat(refusal == null || TO_A_SUPERVISOR.contains(refusal))
                .as("%s", refusal)
                .isTrue();
    }

    @MethodSource("seeds")
    @FuzzTest
    void toAWorker(byte[] data) {
        WorkerHandshake handshake = new WorkerHandshake(
                new WorkerHandshake.Settings(
                        GOLDEN.peer(),
                        GOLDEN.hex("keys/key_id"),
                        KEYS,
                        TH0,
                        MAX_PAYLOAD,
                        TTL_MILLIS,
                        1,
                        nonce -> System.arraycopy(GOLDEN.hex("lanes/data/nonce_w"), 0, nonce, 0, nonce.length),
                        MacFactory.HMAC_SHA256),
                Lane.DATA);
        handshake.hello(TIME, out);
        Transcript transcript = new Transcript(TH0, Direction.S2W);
        transcript.add(taken());

        RejectReason refusal = feed(data, transcript, (frame, length, more) -> {
            handshake.challenge(frame, 0, length, TIME, 0, out);
            assertThat(taken()).as("FINISH").isNotEmpty();
            assertThat(handshake.established()).isNotNull();
        });

        assertThat(out.isReadable()).as("bytes for an impostor").isFalse();
        assertThat(refusal == null || TO_A_WORKER.contains(refusal))
                .as("%s", refusal)
                .isTrue();
    }

    private static void fixed(byte[] bytes) {
        Arrays.fill(bytes, (byte) 7);
    }

    private byte[] taken() {
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.clear();
        return bytes;
    }

    private interface Taker {
        void take(ByteBuf frame, int length, boolean more) throws ProtocolViolation;
    }

    /** @return the first refusal, which ends the connection */
    private static @Nullable RejectReason feed(byte[] data, Transcript transcript, Taker taker) {
        if (data.length == 0) {
            return null;
        }
        boolean signed = (data[0] & SIGNED) != 0;
        ByteBuf in = Unpooled.copiedBuffer(data).skipBytes(1);
        try (FrameDecoder decoder = new FrameDecoder(UnpooledByteBufAllocator.DEFAULT, WireSpec.LEN_MAX_HANDSHAKE)) {
            decoder.decode(in, (buffer, offset, length, more) -> {
                ByteBuf frame = buffer.copy(offset, length);
                if (signed) {
                    transcript.sign(frame, length);
                }
                taker.take(frame, length, more);
                return true;
            });
            return null;
        } catch (ProtocolViolation violation) {
            return violation.reason();
        }
    }

    /** The transcript as a peer with keys keeps it. */
    private static final class Transcript {

        private final Direction direction;
        private byte[] hash;

        Transcript(byte[] th0, Direction direction) {
            this.hash = th0;
            this.direction = direction;
        }

        void add(byte[] frame) {
            hash = KeySchedule.next(hash, frame);
        }

        void sign(ByteBuf frame, int length) {
            byte[] tag = new byte[WireSpec.TAG_BYTES];
            MacFactory.HMAC_SHA256
                    .create(KEYS.handshake(direction), Label.HANDSHAKE)
                    .tag(hash, frame, 0, length - WireSpec.TAG_BYTES, tag);
            frame.setBytes(length - WireSpec.TAG_BYTES, tag);
        }
    }
}
