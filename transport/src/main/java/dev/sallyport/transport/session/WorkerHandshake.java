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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The worker's half of the handshake (protocol.md, section 4): HELLO out, CHALLENGE in, FINISH out. Whatever is wrong with CHALLENGE is
 * {@code E_PEER_AUTH}: the server did not prove itself, and gets nothing more. Confined to one thread.
 */
public final class WorkerHandshake {

    private static final int PREFIX_BYTES = WireSpec.SESSION_ID_BYTES + WireSpec.NONCE_BYTES;

    /**
     * What all handshakes of one credential share.
     *
     * @param th0 the transcript's start for the address of the credential
     * @param maxPayload the credential's, which CHALLENGE must repeat
     */
    public record Settings(
            PeerId id,
            byte[] keyId,
            PeerKeys keys,
            byte[] th0,
            int maxPayload,
            long ttlMillis,
            long pid,
            Consumer<byte[]> random,
            MacFactory macs) {}

    private final Settings settings;
    private final Lane lane;
    private byte[] transcript;
    private @Nullable Established established;

    public WorkerHandshake(Settings settings, Lane lane) {
        this.settings = settings;
        this.lane = lane;
        this.transcript = settings.th0();
    }

    /** The session, once CHALLENGE verified; nothing may be sent in it before READY verifies. */
    public @Nullable Established established() {
        return established;
    }

    /** Writes HELLO. */
    public void hello(long wallMillis, ByteBuf out) {
        byte[] nonce = new byte[WireSpec.NONCE_BYTES];
        settings.random().accept(nonce);
        HelloParams params = HelloParams.newBuilder()
                .setSchemaMin(WireSpec.SCHEMA_MIN)
                .setSchemaMax(WireSpec.SCHEMA_MAX)
                .setWorkerId(settings.id().worker())
                .setIncarnation(settings.id().incarnation())
                .setPid((int) settings.pid())
                .setGroupId(settings.id().group())
                .setLane(
                        lane == Lane.CONTROL
                                ? dev.sallyport.proto.v1.Lane.LANE_CONTROL
                                : dev.sallyport.proto.v1.Lane.LANE_DATA)
                .build();
        int start = FrameEncoder.begin(out);
        out.writeBytes(settings.keyId()).writeBytes(nonce).writeBytes(params.toByteArray());
        seal(out, start, WireSpec.TYPE_HELLO, wallMillis);
    }

    /**
     * Takes CHALLENGE and writes FINISH.
     *
     * @param nowNanos monotonic; becomes the anchor of the session
     */
    public void challenge(ByteBuf frame, int offset, int length, long wallMillis, long nowNanos, ByteBuf out)
            throws ProtocolViolation {
        if (established != null || frame.getByte(offset + WireSpec.OFFSET_TYPE) != WireSpec.TYPE_CHALLENGE) {
            throw unproven("not the message that is due");
        }
        VerifiedFrame verified = verify(frame, offset, length);
        ChallengeParams params = params(verified);
        checkTime(verified.time(), wallMillis);
        if (params.getSchema() < WireSpec.SCHEMA_MIN || params.getSchema() > WireSpec.SCHEMA_MAX) {
            throw unproven("it chose a schema that was not offered");
        }
        if (params.getMaxPayload() != settings.maxPayload() || params.getTtlMs() != settings.ttlMillis()) {
            throw unproven("its limits are not those of the credential");
        }
        byte[] sessionId = new byte[WireSpec.SESSION_ID_BYTES];
        frame.getBytes(verified.payloadOffset(), sessionId);
        transcript = KeySchedule.next(transcript, verified.copy());
        seal(out, FrameEncoder.begin(out), WireSpec.TYPE_FINISH, wallMillis);
        Session session = new Session(Role.WORKER, lane, params.getSchema(), params.getTtlMs(), nowNanos);
        established = SessionKeys.establish(
                settings.id(), session, settings.keys(), transcript, sessionId, settings.maxPayload(), settings.macs());
    }

    private VerifiedFrame verify(ByteBuf frame, int offset, int length) throws ProtocolViolation {
        Secret key = settings.keys().handshake(Direction.S2W);
        FrameVerifier verifier = new FrameVerifier(settings.macs().create(key, Label.HANDSHAKE));
        VerifiedFrame verified = verifier.verify(transcript, frame, offset, length);
        verifier.wipe();
        if (verified == null || !SupervisorHandshake.isPlainHandshake(verified)) {
            throw unproven("its CHALLENGE does not verify");
        }
        return verified;
    }

    private static ChallengeParams params(VerifiedFrame verified) throws ProtocolViolation {
        int length = verified.payloadLength() - PREFIX_BYTES;
        if (length < 0) {
            throw unproven("its CHALLENGE is too short");
        }
        try {
            return ControlCodec.challengeParams(verified.buffer(), verified.payloadOffset() + PREFIX_BYTES, length);
        } catch (ProtocolViolation e) {
            throw unproven("its CHALLENGE is not the message");
        }
    }

    private void checkTime(long time, long wallMillis) throws ProtocolViolation {
        long difference = time - wallMillis;
        if (time < 0 || difference > settings.ttlMillis() || difference < -settings.ttlMillis()) {
            throw unproven("its clock differs by more than ttl");
        }
    }

    private void seal(ByteBuf out, int start, int type, long wallMillis) {
        Secret key = settings.keys().handshake(Direction.W2S);
        FrameSigner signer = new FrameSigner(settings.macs().create(key, Label.HANDSHAKE));
        signer.seal(transcript, out, start, type, wallMillis);
        signer.wipe();
        byte[] frame = new byte[out.writerIndex() - start];
        out.getBytes(start, frame);
        transcript = KeySchedule.next(transcript, frame);
    }

    private static ProtocolViolation unproven(String detail) {
        return new ProtocolViolation(RejectReason.E_PEER_AUTH, detail);
    }
}
