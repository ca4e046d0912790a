package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerSpec;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportConfig;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.JdkHkdf;
import dev.sallyport.transport.keys.KeyIssuer;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Both halves of the handshake, in every state, with messages that are not due and with messages recorded earlier. */
class HandshakeTableTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final int MAX_PAYLOAD = 1 << 20;
    private static final int TTL_MILLIS = 30_000;

    private final SecureRandom random = new SecureRandom();
    private final KeyIssuer issuer = new KeyIssuer(TransportConfig.defaults(), random);
    private final KeyIssuer.Issued issued =
            issuer.issue(PeerSpec.of("group", "worker"), new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711));
    private final byte[] th0 = KeySchedule.th0(issuer.bootId(), new byte[] {127, 0, 0, 1}, 4711);
    private final PeerKeys workerKeys = issued.credential().newPeerKeys();
    private final PeerKeys unknown = randomKeys();
    private final ByteBuf out = Unpooled.buffer();

    private PeerKeys randomKeys() {
        try (Secret a = Secret.random(random, 32);
                Secret b = Secret.random(random, 32)) {
            return PeerKeys.derive(new JdkHkdf(), a, b);
        }
    }

    @AfterEach
    void close() {
        workerKeys.close();
        unknown.close();
        issued.credential().close();
        issued.record().close();
        issuer.close();
    }

    /** With a nonce cache that has seen nothing. */
    private SupervisorHandshake supervisor() {
        PeerDirectory peers = new PeerDirectory();
        peers.add(new IssuedPeer(issued.record(), 64, TTL_MILLIS));
        return new SupervisorHandshake(new SupervisorHandshake.Settings(
                peers, unknown, th0, MAX_PAYLOAD, TTL_MILLIS, random::nextBytes, MacFactory.HMAC_SHA256));
    }

    private WorkerHandshake worker() {
        return new WorkerHandshake(
                new WorkerHandshake.Settings(
                        issued.credential().peer(),
                        issued.credential().keyId(),
                        workerKeys,
                        th0,
                        MAX_PAYLOAD,
                        TTL_MILLIS,
                        1,
                        random::nextBytes,
                        MacFactory.HMAC_SHA256),
                Lane.DATA);
    }

    private byte[] taken() {
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.clear();
        return bytes;
    }

    private byte[] hello(WorkerHandshake worker) {
        worker.hello(NOW, out);
        return taken();
    }

    private byte[] give(SupervisorHandshake supervisor, byte[] frame, long wallMillis) throws ProtocolViolation {
        supervisor.frame(Unpooled.wrappedBuffer(frame), 0, frame.length, false, wallMillis, 0, out);
        return taken();
    }

    private byte[] give(WorkerHandshake worker, byte[] frame) throws ProtocolViolation {
        worker.challenge(Unpooled.wrappedBuffer(frame), 0, frame.length, NOW, 0, out);
        return taken();
    }

    private RejectReason refusal(SupervisorHandshake supervisor, byte[] frame) {
        ProtocolViolation violation = catchThrowableOfType(ProtocolViolation.class, () -> give(supervisor, frame, NOW));
        assertThat(out.isReadable()).as("bytes for a stranger").isFalse();
        return violation.reason();
    }

    private static byte[] ofType(byte[] frame, int type) {
        byte[] changed = frame.clone();
        changed[5] = (byte) type;
        return changed;
    }

    @Test
    @DisplayName("H01 every TYPE in every state of the supervisor's half")
    void H01_everyTypeInEveryStateOfTheSupervisor() throws ProtocolViolation {
        for (int type = 0; type < 256; type++) {
            WorkerHandshake worker = worker();
            byte[] hello = hello(worker);
            if (type != 1) {
                assertThat(refusal(supervisor(), ofType(hello, type))).isEqualTo(RejectReason.E_HS_ORDER);
            }
            SupervisorHandshake challenged = supervisor();
            byte[] finish = give(worker, give(challenged, hello, NOW));
            if (type != 3) {
                assertThat(refusal(challenged, ofType(finish, type))).isEqualTo(RejectReason.E_HS_ORDER);
            }
            give(challenged, finish, NOW);
            assertThat(challenged.established()).isNotNull();
            assertThat(refusal(challenged, ofType(finish, type))).isEqualTo(RejectReason.E_HS_ORDER);
        }
    }

    @Test
    @DisplayName("H09 every TYPE in every state of the worker's half")
    void H09_everyTypeInEveryStateOfTheWorker() throws ProtocolViolation {
        for (int type = 0; type < 256; type++) {
            WorkerHandshake worker = worker();
            byte[] challenge = give(supervisor(), hello(worker), NOW);
            byte[] other = ofType(challenge, type);
            if (type != 2) {
                assertThat(refusal(worker, other)).isEqualTo(RejectReason.E_PEER_AUTH);
            }
            give(worker, challenge);
            assertThat(worker.established()).isNotNull();
            assertThat(refusal(worker, other)).isEqualTo(RejectReason.E_PEER_AUTH);
        }
    }

    private RejectReason refusal(WorkerHandshake worker, byte[] frame) {
        ProtocolViolation violation = catchThrowableOfType(ProtocolViolation.class, () -> give(worker, frame));
        assertThat(out.isReadable()).as("bytes for an impostor").isFalse();
        return violation.reason();
    }

    @Test
    @DisplayName("H06 a CHALLENGE altered in any one bit proves nothing")
    void H06_everyBitOfChallenge() throws ProtocolViolation {
        WorkerHandshake worker = worker();
        byte[] challenge = give(supervisor(), hello(worker), NOW);
        for (int bit = 8 * 5; bit < 8 * challenge.length; bit++) {
            byte[] altered = challenge.clone();
            altered[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(refusal(worker, altered)).isEqualTo(RejectReason.E_PEER_AUTH);
        }
        give(worker, challenge);
        assertThat(worker.established()).isNotNull();
    }

    @Test
    @DisplayName("R06 a replayed HELLO gets past a cache that is off, and its FINISH does not")
    void R06_replayWithoutCache() throws ProtocolViolation {
        WorkerHandshake worker = worker();
        byte[] hello = hello(worker);
        SupervisorHandshake first = supervisor();
        byte[] finish = give(worker, give(first, hello, NOW));
        give(first, finish, NOW);

        SupervisorHandshake second = supervisor();
        assertThat(give(second, hello, NOW)).as("CHALLENGE").isNotEmpty();
        ProtocolViolation violation = catchThrowableOfType(ProtocolViolation.class, () -> give(second, finish, NOW));
        assertThat(violation.reason()).isEqualTo(RejectReason.E_AUTH);
        assertThat(violation.detail()).isEqualTo("mac");
        assertThat(second.established()).isNull();
    }

    @Test
    @DisplayName("T03 a wall clock that steps back a day behind HELLO changes nothing")
    void T03_wallClockSteps() throws ProtocolViolation {
        WorkerHandshake worker = worker();
        SupervisorHandshake supervisor = supervisor();
        byte[] finish = give(worker, give(supervisor, hello(worker), NOW));
        give(supervisor, finish, NOW - 86_400_000);
        assertThat(supervisor.established()).isNotNull();
    }

    @Test
    @DisplayName("T04 a clock off by exactly ttl passes, one millisecond more does not")
    void T04_exactBounds() throws ProtocolViolation {
        assertThat(give(supervisor(), hello(worker()), NOW + TTL_MILLIS)).isNotEmpty();
        assertThat(give(supervisor(), hello(worker()), NOW - TTL_MILLIS)).isNotEmpty();
        for (long now : new long[] {NOW + TTL_MILLIS + 1, NOW - TTL_MILLIS - 1}) {
            byte[] hello = hello(worker());
            ProtocolViolation violation =
                    catchThrowableOfType(ProtocolViolation.class, () -> give(supervisor(), hello, now));
            assertThat(violation.detail()).isEqualTo("time");
        }
    }
}
