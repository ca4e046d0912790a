package dev.sallyport.transport.session;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.proto.v1.ChallengeParams;
import dev.sallyport.proto.v1.HelloParams;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.PeerId;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.auth.FrameSigner;
import dev.sallyport.transport.auth.FrameVerifier;
import dev.sallyport.transport.auth.Label;
import dev.sallyport.transport.auth.MacFactory;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.FrameEncoder;
import dev.sallyport.transport.frame.ProtocolViolation;
import dev.sallyport.transport.keys.Direction;
import dev.sallyport.transport.keys.KeySchedule;
import dev.sallyport.transport.keys.PeerKeys;
import dev.sallyport.transport.keys.Secret;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor's half of the three-message handshake (protocol.md, section 4): HELLO in, CHALLENGE out, FINISH in. An outsider gets
 * no byte back: whatever is wrong is a {@link ProtocolViolation} and a silent close. Confined to one thread.
 */
public final class SupervisorHandshake {

    /** What all handshakes of one server share. */
    public record Settings(
            PeerDirectory peers,
            PeerKeys unknownPeer,
            byte[] th0,
            int maxPayload,
            long ttlMillis,
            Consumer<byte[]> random,
            MacFactory macs) {}

    private final Settings settings;
    private @Nullable IssuedPeer claimed;
    private @Nullable IssuedPeer peer;
    private Lane lane = Lane.CONTROL;
    private int schema;
    private byte[] transcript;
    private byte[] sessionId = {};
    private long anchorNanos;
    private @Nullable FrameVerifier verifier;
    private @Nullable Established established;

    public SupervisorHandshake(Settings settings) {
        this.settings = settings;
        this.transcript = settings.th0();
    }

    /** Whether a HELLO verified. */
    public boolean isHelloVerified() {
        return peer != null;
    }

    /** Who is at the other end, once its HELLO verified. */
    public @Nullable IssuedPeer peer() {
        return peer;
    }

    /** Whether a frame of this TYPE is the next one. */
    public boolean isDue(int type) {
        return established == null && type == (peer == null ? WireSpec.TYPE_HELLO : WireSpec.TYPE_FINISH);
    }

    /** Whether the keys that this handshake works with were revoked, and so wiped, under it. */
    public boolean isRevoked() {
        return (claimed != null && claimed.isRevoked()) || (peer != null && peer.isRevoked());
    }

    /** The session, once FINISH verified. */
    public @Nullable Established established() {
        return established;
    }

    /** It is over, one way or the other: wipes what the handshake's key left. The session's keys are {@link Established}'s. */
    public void close() {
        FrameVerifier last = verifier;
        if (last != null) {
            last.wipe();
        }
    }

    /**
     * Takes the next frame.
     *
     * @param moreWaits whether bytes wait behind it; behind FINISH there may be none
     * @param wallMillis Unix milliseconds
     * @param nowNanos monotonic; behind HELLO it becomes the anchor of the session
     * @param out takes CHALLENGE
     */
    public void frame(
            ByteBuf frame, int offset, int length, boolean moreWaits, long wallMillis, long nowNanos, ByteBuf out)
            throws ProtocolViolation {
        if (!isDue(frame.getByte(offset + WireSpec.OFFSET_TYPE))) {
            throw new ProtocolViolation(RejectReason.E_HS_ORDER, "not the message that is due");
        }
        if (peer == null) {
            hello(frame, offset, length, wallMillis);
            challenge(wallMillis, nowNanos, out);
        } else {
            finish(peer, frame, offset, length, moreWaits);
        }
    }

    private void hello(ByteBuf frame, int offset, int length, long wallMillis) throws ProtocolViolation {
        List<IssuedPeer> candidates = settings.peers().find(keyId(frame, offset, length));
        claimed = candidates.isEmpty() ? null : candidates.get(0);
        PeerKeys keys = claimed == null ? settings.unknownPeer() : claimed.keys();
        FrameVerifier hello = new FrameVerifier(settings.macs().create(keys.handshake(Direction.W2S), Label.HANDSHAKE));
        verifier = hello;
        VerifiedFrame verified = hello.verify(transcript, frame, offset, length);
        if (claimed == null) {
            throw unauthenticated("keyid");
        }
        if (verified == null) {
            throw unauthenticated("mac");
        }
        HelloPayload payload = HelloPayload.read(verified);
        checkTime(verified.time(), wallMillis);
        IssuedPeer record = identify(candidates, payload.params());
        lane = lane(payload.params());
        checkNonce(record, payload.nonce(), wallMillis);
        schema = agree(payload.params());
        if (record.isRevoked()) {
            throw unauthenticated("keyid");
        }
        transcript = KeySchedule.next(transcript, verified.copy());
        peer = record;
    }

    private static byte[] keyId(ByteBuf frame, int offset, int length) {
        byte[] keyId = new byte[WireSpec.KEY_ID_BYTES];
        if (length - WireSpec.OFFSET_PAYLOAD - WireSpec.TAG_BYTES >= HelloPayload.PREFIX_BYTES) {
            frame.getBytes(offset + WireSpec.OFFSET_PAYLOAD, keyId);
        }
        return keyId;
    }

    private void checkTime(long time, long wallMillis) throws ProtocolViolation {
        long difference = time - wallMillis;
        if (time < 0 || difference > settings.ttlMillis() || difference < -settings.ttlMillis()) {
            throw unauthenticated("time");
        }
    }

    private static IssuedPeer identify(List<IssuedPeer> candidates, HelloParams params) throws ProtocolViolation {
        for (IssuedPeer record : candidates) {
            PeerId id = record.id();
            if (id.group().equals(params.getGroupId())
                    && id.worker().equals(params.getWorkerId())
                    && id.incarnation() == params.getIncarnation()) {
                return record;
            }
        }
        throw unauthenticated("params");
    }

    private static Lane lane(HelloParams params) throws ProtocolViolation {
        return switch (params.getLane()) {
            case LANE_CONTROL -> Lane.CONTROL;
            case LANE_DATA -> Lane.DATA;
            default -> throw unauthenticated("params");
        };
    }

    private void checkNonce(IssuedPeer record, byte[] nonce, long wallMillis) throws ProtocolViolation {
        switch (record.nonces(lane).add(nonce, wallMillis)) {
            case SEEN -> throw unauthenticated("nonce");
            case FULL -> throw unauthenticated("quota");
            default -> {}
        }
    }

    private static int agree(HelloParams params) throws ProtocolViolation {
        int low = Math.max(params.getSchemaMin(), WireSpec.SCHEMA_MIN);
        int high = Math.min(params.getSchemaMax(), WireSpec.SCHEMA_MAX);
        if (low > high || params.getSchemaMin() < 0 || params.getSchemaMax() < 0) {
            throw new ProtocolViolation(
                    RejectReason.E_SCHEMA,
                    "peer speaks " + Integer.toUnsignedString(params.getSchemaMin()) + " to "
                            + Integer.toUnsignedString(params.getSchemaMax()) + ", this side " + WireSpec.SCHEMA_MIN
                            + " to " + WireSpec.SCHEMA_MAX);
        }
        return high;
    }

    private void challenge(long wallMillis, long nowNanos, ByteBuf out) {
        IssuedPeer record = required(peer);
        sessionId = random(WireSpec.SESSION_ID_BYTES);
        byte[] nonce = random(WireSpec.NONCE_BYTES);
        anchorNanos = nowNanos;
        ChallengeParams params = ChallengeParams.newBuilder()
                .setSchema(schema)
                .setMaxPayload(settings.maxPayload())
                .setTtlMs((int) settings.ttlMillis())
                .build();
        int start = FrameEncoder.begin(out);
        out.writeBytes(sessionId).writeBytes(nonce).writeBytes(params.toByteArray());
        Secret key = record.keys().handshake(Direction.S2W);
        FrameSigner signer = new FrameSigner(settings.macs().create(key, Label.HANDSHAKE));
        signer.seal(transcript, out, start, WireSpec.TYPE_CHALLENGE, wallMillis);
        signer.wipe();
        byte[] frame = new byte[out.writerIndex() - start];
        out.getBytes(start, frame);
        transcript = KeySchedule.next(transcript, frame);
    }

    private void finish(IssuedPeer record, ByteBuf frame, int offset, int length, boolean moreWaits)
            throws ProtocolViolation {
        VerifiedFrame verified = required(verifier).verify(transcript, frame, offset, length);
        if (verified == null) {
            throw unauthenticated("mac");
        }
        if (!isPlainHandshake(verified) || verified.payloadLength() != 0) {
            throw unauthenticated("params");
        }
        if (record.isRevoked()) {
            throw unauthenticated("keyid");
        }
        if (moreWaits) {
            throw new ProtocolViolation(RejectReason.E_HS_ORDER, "bytes behind FINISH");
        }
        transcript = KeySchedule.next(transcript, verified.copy());
        Session session = new Session(Role.SUPERVISOR, lane, schema, settings.ttlMillis(), anchorNanos);
        established = SessionKeys.establish(
                record.id(), session, record.keys(), transcript, sessionId, settings.maxPayload(), settings.macs());
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        settings.random().accept(bytes);
        return bytes;
    }

    /** Whether all header fields that have no meaning in the handshake are 0. */
    static boolean isPlainHandshake(VerifiedFrame frame) {
        return frame.reservedIsZero() && frame.kind() == 0 && frame.schema() == 0 && frame.seq() == 0;
    }

    static ProtocolViolation unauthenticated(String cause) {
        return new ProtocolViolation(RejectReason.E_AUTH, cause);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("no verified HELLO");
        }
        return value;
    }

    /** The payload of HELLO behind its tag. */
    private record HelloPayload(byte[] nonce, HelloParams params) {

        static final int PREFIX_BYTES = WireSpec.KEY_ID_BYTES + WireSpec.NONCE_BYTES;

        static HelloPayload read(VerifiedFrame frame) throws ProtocolViolation {
            int paramsLength = frame.payloadLength() - PREFIX_BYTES;
            if (!isPlainHandshake(frame) || paramsLength < 0 || paramsLength > WireSpec.HELLO_PARAMS_MAX_BYTES) {
                throw unauthenticated("params");
            }
            byte[] nonce = new byte[WireSpec.NONCE_BYTES];
            frame.buffer().getBytes(frame.payloadOffset() + WireSpec.KEY_ID_BYTES, nonce);
            try {
                int paramsOffset = frame.payloadOffset() + PREFIX_BYTES;
                return new HelloPayload(nonce, ControlCodec.helloParams(frame.buffer(), paramsOffset, paramsLength));
            } catch (ProtocolViolation e) {
                throw unauthenticated("params");
            }
        }
    }
}
