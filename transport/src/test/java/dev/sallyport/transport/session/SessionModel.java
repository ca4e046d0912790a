package dev.sallyport.transport.session;

import dev.sallyport.transport.Lane;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session must say to the frames it receives, written down from protocol.md, sections 2, 5 and 7, and not from the code: no
 * arithmetic that could wrap, and one rule below the other in the order of the protocol.
 */
final class SessionModel {

    enum State {
        AWAITING_READY,
        OPEN,
        GOODBYE_RECEIVED
    }

    /** A verified frame; SEQ and TIME are unsigned. */
    record Received(int type, int kind, int schema, int flags, int epoch, long seq, long time) {}

    /** One row of the table: who may send it, and on which lane; null for both. */
    private record Row(
            int type,
            int kind,
            @Nullable Role sender,
            @Nullable Lane lane) {}

    private static final List<Row> TABLE = List.of(
            new Row(17, 1, Role.SUPERVISOR, null),
            new Row(17, 2, Role.SUPERVISOR, Lane.CONTROL),
            new Row(17, 3, Role.WORKER, Lane.CONTROL),
            new Row(17, 4, Role.WORKER, Lane.CONTROL),
            new Row(17, 10, Role.SUPERVISOR, Lane.CONTROL),
            new Row(17, 11, Role.WORKER, Lane.CONTROL),
            new Row(16, 100, null, Lane.DATA),
            new Row(18, 0, null, null));

    private final Role role;
    private final Lane lane;
    private final int schema;
    private final BigInteger ttlMillis;
    private State state;
    private BigInteger received = BigInteger.ZERO;

    SessionModel(Role role, Lane lane, int schema, long ttlMillis) {
        this.role = role;
        this.lane = lane;
        this.schema = schema;
        this.ttlMillis = BigInteger.valueOf(ttlMillis);
        this.state = role == Role.WORKER ? State.AWAITING_READY : State.OPEN;
    }

    State state() {
        return state;
    }

    long received() {
        return received.longValueExact();
    }

    /** "OK", after which the session has moved, or the code, after which it has not. */
    String accept(Received frame, long ownMillis) {
        String verdict = verdict(frame, BigInteger.valueOf(ownMillis));
        if (verdict.equals("OK")) {
            received = received.add(BigInteger.ONE);
            state = frame.type() == 18 ? State.GOODBYE_RECEIVED : State.OPEN;
        }
        return verdict;
    }

    private String verdict(Received frame, BigInteger own) {
        if (frame.flags() != 0 || frame.epoch() != 0) {
            return "E_RESERVED";
        }
        String type = ofType(state, frame.type());
        if (!type.equals("OK")) {
            return type;
        }
        int order = unsigned(frame.seq()).compareTo(received);
        if (order != 0) {
            return order < 0 ? "E_REPLAY" : "E_GAP";
        }
        BigInteger ahead = unsigned(frame.time()).subtract(own);
        if (ahead.compareTo(BigInteger.valueOf(4000)) > 0) {
            return "E_FUTURE";
        }
        if (ahead.negate().compareTo(ttlMillis) > 0) {
            return "E_STALE";
        }
        String kind = ofKind(role, lane, state, frame.type(), frame.kind());
        if (!kind.equals("OK")) {
            return kind;
        }
        return frame.schema() == schema ? "OK" : "E_SCHEMA";
    }

    /** Of a TYPE and KIND alone, whatever else stands in the frame. */
    static String of(Role role, Lane lane, State state, int type, int kind) {
        String byType = ofType(state, type);
        return byType.equals("OK") ? ofKind(role, lane, state, type, kind) : byType;
    }

    private static String ofType(State state, int type) {
        if (type >= 1 && type <= 3) {
            return "E_HS_ORDER";
        }
        if (type < 16 || type > 18) {
            return "E_KIND";
        }
        return state == State.GOODBYE_RECEIVED ? "E_TRAILING" : "OK";
    }

    private static String ofKind(Role role, Lane lane, State state, int type, int kind) {
        Row row = TABLE.stream()
                .filter(r -> r.type() == type && r.kind() == kind)
                .findFirst()
                .orElse(null);
        if (row == null) {
            return "E_KIND";
        }
        if (row.sender() == role) {
            return "E_DIRECTION";
        }
        if (row.lane() != null && row.lane() != lane) {
            return "E_LANE";
        }
        boolean ready = type == 17 && kind == 1;
        boolean goodbye = type == 18;
        if (!goodbye && ready != (state == State.AWAITING_READY)) {
            return "E_HS_ORDER";
        }
        return "OK";
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
