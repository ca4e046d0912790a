package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.session.SessionModel.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every message in every state of both roles, against a table written from protocol.md, section 7, and not from the code.
 */
class SessionTableTest {

    private static final long TTL_MILLIS = 30_000;
    private static final long ANCHOR_NANOS = 5;

    private static final Set<Integer> KINDS = Set.of(0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 99, 100, 101, 256, 65_535);

    private final FrameVerifier verifier;
    private final FrameSigner signer;

    SessionTableTest() {
        try (Secret key = Secret.random(new SecureRandom(), 32)) {
            verifier = new FrameVerifier(MacFactory.HMAC_SHA256.create(key, Label.FRAME));
            signer = new FrameSigner(MacFactory.HMAC_SHA256.create(key, Label.FRAME));
        }
    }

    private VerifiedFrame frame(int type, int kind, long seq, long time) {
        ByteBuf out = Unpooled.buffer();
        int start = FrameEncoder.begin(out);
        signer.seal(out, start, type, kind, 1, seq, time);
        return Objects.requireNonNull(verifier.verify(out, start, out.readableBytes()));
    }

    /** A session in this state, and the SEQ that is due in it. */
    private Session session(Role role, Lane lane, State state) throws ProtocolViolation {
        Session session = new Session(role, lane, 1, TTL_MILLIS, ANCHOR_NANOS);
        if (state != State.AWAITING_READY && role == Role.WORKER) {
            session.accept(frame(17, 1, 0, 0), ANCHOR_NANOS);
        }
        if (state == State.GOODBYE_RECEIVED) {
            session.accept(frame(18, 0, session.received(), 0), ANCHOR_NANOS);
        }
        return session;
    }

    @TestFactory
    @DisplayName("every TYPE and KIND in every state, on both lanes, at both ends")
    Stream<DynamicTest> everyMessageInEveryState() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Role role : Role.values()) {
            for (Lane lane : Lane.values()) {
                for (State state : State.values()) {
                    if (role == Role.WORKER || state != State.AWAITING_READY) {
                        tests.add(DynamicTest.dynamicTest(
                                role + ", " + lane + ", " + state, () -> everyMessage(role, lane, state)));
                    }
                }
            }
        }
        return tests.stream();
    }

    private void everyMessage(Role role, Lane lane, State state) throws ProtocolViolation {
        for (int type = 0; type < 256; type++) {
            for (int kind : KINDS) {
                Session session = session(role, lane, state);
                long received = session.received();
                String verdict = verdict(session, frame(type, kind, received, 0), 0);
                assertThat(verdict)
                        .as("TYPE %d, KIND %d", type, kind)
                        .isEqualTo(SessionModel.of(role, lane, state, type, kind));
                assertThat(session.received()).isEqualTo(verdict.equals("OK") ? received + 1 : received);
            }
        }
    }

    private static String verdict(Session session, VerifiedFrame frame, long millis) {
        try {
            session.accept(frame, ANCHOR_NANOS + TimeUnit.MILLISECONDS.toNanos(millis));
            return "OK";
        } catch (ProtocolViolation violation) {
            return violation.reason().name();
        }
    }

    private String judgedAt(long ownMillis, long time) throws ProtocolViolation {
        return verdict(session(Role.SUPERVISOR, Lane.DATA, State.OPEN), frame(16, 100, 0, time), ownMillis);
    }

    @Test
    @DisplayName("T02 exactly ttl old passes, one millisecond more does not; the same for the 4 s ahead")
    void T02_exactBounds() throws ProtocolViolation {
        assertThat(judgedAt(TTL_MILLIS, 0)).isEqualTo("OK");
        assertThat(judgedAt(TTL_MILLIS + 1, 0)).isEqualTo("E_STALE");
        assertThat(judgedAt(100_000 + TTL_MILLIS, 100_000)).isEqualTo("OK");
        assertThat(judgedAt(100_001 + TTL_MILLIS, 100_000)).isEqualTo("E_STALE");
        assertThat(judgedAt(0, 4000)).isEqualTo("OK");
        assertThat(judgedAt(0, 4001)).isEqualTo("E_FUTURE");
        assertThat(judgedAt(7_000_000, 7_004_000)).isEqualTo("OK");
        assertThat(judgedAt(7_000_000, 7_004_001)).isEqualTo("E_FUTURE");
    }

    @Test
    @DisplayName("R11 SEQ is unsigned and strict around every power of two")
    void R11_seqIsUnsigned() throws ProtocolViolation {
        for (int bit = 0; bit < 64; bit++) {
            Session fresh = session(Role.SUPERVISOR, Lane.DATA, State.OPEN);
            assertThat(verdict(fresh, frame(16, 100, 1L << bit, 0), 0)).isEqualTo("E_GAP");
        }
        Session second = session(Role.SUPERVISOR, Lane.DATA, State.OPEN);
        assertThat(verdict(second, frame(16, 100, 0, 0), 0)).isEqualTo("OK");
        assertThat(verdict(second, frame(16, 100, 0, 0), 0)).isEqualTo("E_REPLAY");
        assertThat(verdict(second, frame(16, 100, -1, 0), 0)).isEqualTo("E_GAP");
    }
}
