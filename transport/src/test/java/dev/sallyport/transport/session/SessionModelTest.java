package dev.sallyport.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.transport.Lane;
import dev.sallyport.transport.auth.FrameMac;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.GoldenVector;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Random lives of sessions, of both roles on both lanes, against the {@link SessionModel}. */
class SessionModelTest {

    private static final int LIVES = 1_000;
    private static final int EVENTS = 30;
    private static final long TTL_MILLIS = 30_000;
    private static final long ANCHOR_NANOS = Long.MAX_VALUE - 1_000;
    private static final int[] TYPES = {17, 17, 17, 16, 16, 18, 0, 1, 2, 3, 15, 19, 255};
    private static final int[] KINDS = {0, 1, 2, 3, 4, 10, 11, 100, 5, 12, 65_535};

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final FrameMac mac;

    SessionModelTest() {
        try (Secret key = GoldenVector.first().secret("lanes/data/k_w2s")) {
            mac = MacFactory.HMAC_SHA256.create(key, Label.FRAME);
        }
    }

    @Test
    void anyLifeGoesAsTheModelSays() {
        System.out.println("seed " + seed);
        int accepted = 0;
        for (int life = 0; life < LIVES; life++) {
            accepted += live();
        }
        assertThat(accepted).as("seed %d: a fair share is legal", seed).isGreaterThan(3 * LIVES);
    }

    /** @return how many frames were accepted */
    private int live() {
        Role role = random.nextBoolean() ? Role.SUPERVISOR : Role.WORKER;
        Lane lane = random.nextBoolean() ? Lane.CONTROL : Lane.DATA;
        Session session = new Session(role, lane, 1, TTL_MILLIS, ANCHOR_NANOS);
        SessionModel model = new SessionModel(role, lane, 1, TTL_MILLIS);
        long now = 0;
        long sent = 0;
        List<String> events = new ArrayList<>();
        for (int event = 0; event < EVENTS; event++) {
            now += random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(200);
            if (random.nextInt(4) == 0) {
                assertThat(nextSeq(session)).as("seed %d: %s", seed, events).isEqualTo(sent++);
                continue;
            }
            SessionModel.Received frame = frame(role, lane, model, now);
            String expected = model.accept(frame, now);
            events.add(now + " ms: " + frame + " " + expected);
            assertThat(verdict(session, frame, now))
                    .as("seed %d: %s", seed, events)
                    .isEqualTo(expected);
            assertThat(session.received()).as("seed %d: %s", seed, events).isEqualTo(model.received());
            assertThat(session.isOpen())
                    .as("seed %d: %s", seed, events)
                    .isEqualTo(model.state() == SessionModel.State.OPEN);
        }
        return (int) model.received();
    }

    /** What is due, more often than not, with one thing wrong at times. */
    private SessionModel.Received frame(Role role, Lane lane, SessionModel model, long now) {
        int type = 16;
        int kind = 100;
        if (model.state() == SessionModel.State.AWAITING_READY) {
            type = 17;
            kind = 1;
        } else if (lane == Lane.CONTROL) {
            type = 17;
            kind = role == Role.WORKER ? 2 : 3;
        }
        if (random.nextInt(20) == 0) {
            type = 18;
            kind = 0;
        }
        SessionModel.Received due = new SessionModel.Received(type, kind, 1, 0, 0, model.received(), now);
        return random.nextInt(3) == 0 ? wrong(due) : due;
    }

    private SessionModel.Received wrong(SessionModel.Received due) {
        int type = due.type();
        int kind = due.kind();
        int schema = due.schema();
        int flags = 0;
        int epoch = 0;
        long seq = due.seq();
        long time = due.time();
        for (int faults = 1 + random.nextInt(2); faults > 0; faults--) {
            switch (random.nextInt(7)) {
                case 0 -> type = TYPES[random.nextInt(TYPES.length)];
                case 1 -> kind = KINDS[random.nextInt(KINDS.length)];
                case 2 -> schema = random.nextInt(4);
                case 3 -> flags = 1 << random.nextInt(16);
                case 4 -> epoch = 1 << random.nextInt(32);
                case 5 -> seq = random.nextBoolean() ? seq + random.nextInt(5) - 2 : random.nextLong();
                default -> time = random.nextBoolean() ? time + random.nextInt(80_000) - 40_000 : random.nextLong();
            }
        }
        return new SessionModel.Received(type, kind, schema, flags, epoch, seq, time);
    }

    private static long nextSeq(Session session) {
        try {
            return session.nextSeq(Kind.CALLS);
        } catch (ProtocolViolation violation) {
            throw new AssertionError(violation);
        }
    }

    private String verdict(Session session, SessionModel.Received frame, long millis) {
        ByteBuf out = Unpooled.buffer();
        int start = FrameEncoder.begin(out);
        FrameEncoder.header(out, start, frame.type(), frame.kind(), frame.schema(), frame.seq(), frame.time());
        out.setShort(10, frame.flags()).setInt(28, frame.epoch());
        byte[] tag = new byte[32];
        mac.tag(new byte[0], out, 0, out.readableBytes(), tag);
        out.writeBytes(tag);
        var verified = Objects.requireNonNull(new FrameVerifier(mac).verify(out, 0, out.readableBytes()));
        try {
            session.accept(verified, ANCHOR_NANOS + TimeUnit.MILLISECONDS.toNanos(millis));
            return "OK";
        } catch (ProtocolViolation violation) {
            return violation.reason().name();
        }
    }
}
