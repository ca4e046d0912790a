package dev.sallyport.transport.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.v1.Goodbye;
import dev.sallyport.proto.v1.Heartbeat;
import dev.sallyport.proto.v1.HeartbeatAck;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.NoLeaks;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.TransportObserver;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.keys.Secret;
import dev.sallyport.transport.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a session does when nothing comes: to the millisecond, on a channel whose time the test sets. */
@ExtendWith(NoLeaks.class)
class SessionTimersTest {

    private EmbeddedChannel channel = new EmbeddedChannel();
    private final List<RejectReason> counted = new ArrayList<>();
    private final ByteBuf sent = Unpooled.buffer();
    private final FrameSigner fromPeer;
    private final FrameVerifier inbound;
    private final FrameSigner outbound;
    private @Nullable SessionHandler session;
    private long seq;

    SessionTimersTest() {
        try (Secret in = Secret.random(new SecureRandom(), 32);
                Secret out = Secret.random(new SecureRandom(), 32)) {
            fromPeer = new FrameSigner(MacFactory.HMAC_SHA256.create(in, Label.FRAME));
            inbound = new FrameVerifier(MacFactory.HMAC_SHA256.create(in, Label.FRAME));
            outbound = new FrameSigner(MacFactory.HMAC_SHA256.create(out, Label.FRAME));
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        sent.release();
    }

    private Session open(Lane lane) {
        TransportObserver observer = new TransportObserver() {
            @Override
            public void rejected(RejectReason reason, @Nullable PeerId peer, String cause) {
                counted.add(reason);
            }
        };
        LonePeer.Finished finished = new LonePeer(new Places(2), observer).finish(lane, inbound, outbound);
        channel = finished.channel();
        channel.freezeTime();
        session = finished.session();
        assertThat(finished.adopt()).isNull();
        finished.opened();
        assertThat(kinds()).containsExactly(1);
        return finished.state();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private byte[] frame(int type, int kind, byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        int start = FrameEncoder.begin(out);
        out.writeBytes(payload);
        fromPeer.seal(out, start, type, kind, 1, seq++, 0);
        return ByteBufUtil.getBytes(out);
    }

    private void receive(byte[] bytes, int from, int to) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
    }

    /** The payloads of the frames that were sent since the last call. */
    private List<byte[]> payloads() {
        return frames().stream()
                .map(frame -> Arrays.copyOfRange(frame, 32, frame.length - 32))
                .toList();
    }

    private List<Integer> kinds() {
        return frames().stream()
                .map(frame -> ((frame[6] & 0xFF) << 8) | (frame[7] & 0xFF))
                .toList();
    }

    private List<byte[]> frames() {
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            sent.writeBytes(out);
            out.release();
        }
        List<byte[]> frames = new ArrayList<>();
        while (sent.isReadable()) {
            byte[] frame = new byte[4 + sent.getInt(sent.readerIndex())];
            sent.readBytes(frame);
            frames.add(frame);
        }
        return frames;
    }

    private void assertEndedBy(RejectReason reason) throws Exception {
        List<byte[]> last = payloads();
        assertThat(last).hasSize(1);
        assertThat(Goodbye.parseFrom(last.get(0)).getCode()).isEqualTo(reason.number());
        assertThat(channel.isOpen()).isFalse();
        assertThat(counted).containsExactly(reason);
    }

    @Test
    @DisplayName("D08 a control lane that answers no heartbeat: E_IDLE at three missed, 20 s behind READY")
    void D08_threeHeartbeatsMissed() throws Exception {
        open(Lane.CONTROL);
        for (int beat = 1; beat <= 3; beat++) {
            pass(4_999);
            assertThat(frames()).isEmpty();
            pass(1);
            assertThat(Heartbeat.parseFrom(payloads().get(0)).getToken()).isEqualTo(beat);
        }
        pass(4_999);
        assertThat(channel.isOpen()).isTrue();
        assertThat(counted).isEmpty();
        pass(1);
        assertEndedBy(RejectReason.E_IDLE);
    }

    @Test
    @DisplayName("D08 a control lane that answers one heartbeat of three stays")
    void D08_answersKeepTheSession() throws Exception {
        open(Lane.CONTROL);
        for (int round = 0; round < 20; round++) {
            pass(5_000);
            pass(5_000);
            pass(5_000);
            List<byte[]> beats = payloads();
            byte[] ack = HeartbeatAck.newBuilder()
                    .setToken(Heartbeat.parseFrom(beats.get(2)).getToken())
                    .build()
                    .toByteArray();
            byte[] answer = frame(17, 3, ack);
            receive(answer, 0, answer.length);
            assertThat(channel.isOpen()).isTrue();
        }
        assertThat(counted).isEmpty();
    }

    @Test
    @DisplayName("E_IDLE a frame that was begun and is not complete after 10 s, whatever comes of it meanwhile")
    void E_IDLE_aFrameBegunAndNotCompleted() throws Exception {
        open(Lane.DATA);
        byte[] frame = frame(16, 100, new byte[0]);
        receive(frame, 0, 3);
        pass(5_000);
        receive(frame, 3, 40);
        pass(4_999);
        receive(frame, 40, frame.length - 1);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertEndedBy(RejectReason.E_IDLE);
    }

    @Test
    @DisplayName("E_IDLE a frame completed in time is no fault, and the next has 10 s of its own")
    void E_IDLE_eachFrameHasItsOwnTime() throws Exception {
        open(Lane.DATA);
        byte[] first = frame(16, 100, new byte[0]);
        byte[] second = frame(16, 100, new byte[0]);
        receive(first, 0, 10);
        pass(9_999);
        byte[] both = Arrays.copyOf(first, first.length + 10);
        System.arraycopy(second, 0, both, first.length, 10);
        receive(both, 10, both.length);
        pass(9_999);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertEndedBy(RejectReason.E_IDLE);
    }

    @Test
    @DisplayName("E_IDLE does not run while this side reads nothing: what began before a pause has 10 s behind it")
    void E_IDLE_notWhileReadingIsPaused() throws Exception {
        open(Lane.DATA);
        byte[] frame = frame(16, 100, new byte[0]);
        receive(frame, 0, 10);
        pass(5_000);
        SessionOutput output = Objects.requireNonNull(session).output();
        output.pauseReading(true);
        pass(9_999);
        output.pauseReading(false);
        pass(9_999);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertEndedBy(RejectReason.E_IDLE);
    }

    @Test
    @DisplayName("E_IDLE is not for a session that is quiet between frames")
    void E_IDLE_quietIsNoFault() {
        open(Lane.DATA);
        byte[] frame = frame(16, 100, new byte[0]);
        receive(frame, 0, frame.length);
        pass(3_600_000);
        assertThat(channel.isOpen()).isTrue();
        assertThat(counted).isEmpty();
    }

    @Test
    @DisplayName("E_SEQ_EXHAUSTED behind 2^48 frames a session says goodbye with the last that it has")
    void E_SEQ_EXHAUSTED_endsTheSession() throws Exception {
        Session state = open(Lane.CONTROL);
        var sentFrames = Session.class.getDeclaredField("sent");
        sentFrames.setAccessible(true);
        sentFrames.setLong(state, (1L << 48) - 1);
        pass(5_000);
        assertThat(kinds()).as("the last frame").containsExactly(2);
        assertThat(channel.isOpen()).isTrue();
        pass(5_000);
        assertEndedBy(RejectReason.E_SEQ_EXHAUSTED);
    }

    @Test
    @DisplayName("G6 a session that has ended leaves no timer")
    void G6_noTimerIsLeft() {
        open(Lane.CONTROL);
        byte[] bye = frame(18, 0, Goodbye.newBuilder().setCode(1).build().toByteArray());
        receive(bye, 0, bye.length);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.hasPendingTasks()).isFalse();
    }
}
