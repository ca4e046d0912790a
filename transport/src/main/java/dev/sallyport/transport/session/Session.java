package dev.sallyport.transport.session;

import dev.sallyport.proto.WireSpec;
import dev.sallyport.transport.Lane;
import dev.sallyport.transport.RejectReason;
import dev.sallyport.transport.auth.VerifiedFrame;
import dev.sallyport.transport.frame.ProtocolViolation;
import java.util.concurrent.TimeUnit;

/**
 * The state of one session behind the tag: sequence, time, and what may come next (protocol.md, sections 2, 5 and 7). It is
 * given verified frames only, so nothing here moves for a frame that is not. Confined to one thread.
 */
public final class Session {

    private enum State {
        AWAITING_READY,
        OPEN,
        GOODBYE_RECEIVED
    }

    private final Role role;
    private final Lane lane;
    private final int schema;
    private final long ttlMillis;
    private final long anchorNanos;
    private State state;
    private long received;
    private long sent;

    /**
     * Begins at SEQ 0 in both directions.
     *
     * @param role which end this side is
     * @param schema the agreed one
     * @param anchorNanos when CHALLENGE was sent (supervisor) or received (worker), monotonic
     */
    public Session(Role role, Lane lane, int schema, long ttlMillis, long anchorNanos) {
        this.role = role;
        this.lane = lane;
        this.schema = schema;
        this.ttlMillis = ttlMillis;
        this.anchorNanos = anchorNanos;
        this.state = role == Role.WORKER ? State.AWAITING_READY : State.OPEN;
    }

    public Role role() {
        return role;
    }

    public Lane lane() {
        return lane;
    }

    public int schema() {
        return schema;
    }

    /** Whether frames other than READY may travel. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** How many frames were accepted. */
    public long received() {
        return received;
    }

    /**
     * Judges a verified frame in the order of protocol.md, section 2, behind TAG.
     *
     * @return its kind; the payload is not judged here
     */
    public Kind accept(VerifiedFrame frame, long nowNanos) throws ProtocolViolation {
        if (!frame.reservedIsZero()) {
            throw new ProtocolViolation(RejectReason.E_RESERVED, "FLAGS or EPOCH is not 0");
        }
        checkType(frame.type());
        checkSeq(frame.seq());
        checkTime(frame.time(), time(nowNanos));
        Kind kind = checkKind(frame);
        if (frame.schema() != schema) {
            throw new ProtocolViolation(RejectReason.E_SCHEMA, "SCHEMA is not the agreed one");
        }
        received++;
        state = kind == Kind.GOODBYE ? State.GOODBYE_RECEIVED : State.OPEN;
        return kind;
    }

    private void checkType(int type) throws ProtocolViolation {
        switch (type) {
            case WireSpec.TYPE_DATA, WireSpec.TYPE_CONTROL, WireSpec.TYPE_GOODBYE -> {
                if (state == State.GOODBYE_RECEIVED) {
                    throw new ProtocolViolation(RejectReason.E_TRAILING, "a frame behind GOODBYE");
                }
            }
            case WireSpec.TYPE_HELLO, WireSpec.TYPE_CHALLENGE, WireSpec.TYPE_FINISH ->
                throw new ProtocolViolation(RejectReason.E_HS_ORDER, "a handshake frame in a session");
            default -> throw new ProtocolViolation(RejectReason.E_KIND, "unknown TYPE");
        }
    }

    private void checkSeq(long seq) throws ProtocolViolation {
        int order = Long.compareUnsigned(seq, received);
        if (order < 0) {
            throw new ProtocolViolation(RejectReason.E_REPLAY, "SEQ seen before");
        }
        if (order > 0) {
            throw new ProtocolViolation(RejectReason.E_GAP, "SEQ skipped");
        }
    }

    private void checkTime(long time, long own) throws ProtocolViolation {
        if (Long.compareUnsigned(time, own + WireSpec.FUTURE_ALLOWANCE_MILLIS) > 0) {
            throw new ProtocolViolation(RejectReason.E_FUTURE, "TIME is ahead by more than 4 s");
        }
        if (time < own - ttlMillis) {
            throw new ProtocolViolation(RejectReason.E_STALE, "TIME is behind by more than ttl");
        }
    }

    private Kind checkKind(VerifiedFrame frame) throws ProtocolViolation {
        Kind kind = Kind.of(frame.type(), frame.kind());
        if (kind == null) {
            throw new ProtocolViolation(RejectReason.E_KIND, "unknown KIND");
        }
        if (!kind.mayBeSentBy(role.peer())) {
            throw new ProtocolViolation(RejectReason.E_DIRECTION, kind + " from the wrong side");
        }
        if (!kind.mayTravelOn(lane)) {
            throw new ProtocolViolation(RejectReason.E_LANE, kind + " on the wrong lane");
        }
        boolean first = state == State.AWAITING_READY;
        if (first != (kind == Kind.READY) && !(first && kind == Kind.GOODBYE)) {
            throw new ProtocolViolation(RejectReason.E_HS_ORDER, kind + " in the wrong state");
        }
        return kind;
    }

    /**
     * Takes the SEQ of the next outgoing frame.
     *
     * @throws ProtocolViolation {@code E_SEQ_EXHAUSTED} when only GOODBYE may still be sent
     */
    public long nextSeq(Kind kind) throws ProtocolViolation {
        if (sent >= WireSpec.SEQ_LIMIT && kind != Kind.GOODBYE) {
            throw new ProtocolViolation(RejectReason.E_SEQ_EXHAUSTED, "2^48 frames sent: connect again");
        }
        return sent++;
    }

    /** The TIME of a frame written at {@code nowNanos}: milliseconds since the anchor, never negative. */
    public long time(long nowNanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nowNanos - anchorNanos));
    }
}
