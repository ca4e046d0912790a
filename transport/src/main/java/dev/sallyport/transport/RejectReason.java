package dev.sallyport.transport;

import dev.sallyport.proto.v1.Code;
import org.jspecify.annotations.Nullable;

/**
 * Why a peer, a frame, a credential or a setting is refused, and the two orderly ends of a session (protocol.md, section
 * 10). One constant is one protobuf {@link Code}, one counter and at least one test.
 */
public enum RejectReason {
    /** Orderly: the worker has stopped. */
    OK_STOP(Scope.SESSION),
    /** Orderly: this side was closed. */
    OK_CLOSE(Scope.SESSION),

    /** LEN below 60. */
    E_LEN_SHORT(Scope.FRAME),
    /** LEN above the limit of the state and lane. */
    E_LEN_LONG(Scope.FRAME),
    /** A VERSION other than 1. */
    E_VERSION(Scope.FRAME),
    /** The tag of a session frame does not verify. */
    E_MAC(Scope.FRAME),
    /** The stream ended without GOODBYE. */
    E_TRUNCATED(Scope.FRAME),

    /** A frame that the state does not expect. */
    E_HS_ORDER(Scope.SESSION),
    /** The stream ended before the first verified frame. */
    E_HS_EOF(Scope.HANDSHAKE),
    /** Not open within 2 s of accept. */
    E_HS_TIMEOUT(Scope.HANDSHAKE),
    /** No common schema, or a frame of another one. */
    E_SCHEMA(Scope.SESSION),
    /** A peer that does not prove itself; the cause is in the counter only. */
    E_AUTH(Scope.HANDSHAKE),
    /** Closed as the oldest of too many unauthenticated connections. */
    E_POOL(Scope.HANDSHAKE),

    /** Worker side: the server does not prove itself. */
    E_PEER_AUTH(Scope.CONNECT),
    /** Worker side: the socket is connected to itself. */
    E_SELF_CONNECT(Scope.CONNECT),
    /** Worker side: no connection, or no address to listen on. */
    E_CONNECT(Scope.CONNECT),

    /** FLAGS or EPOCH is not 0. */
    E_RESERVED(Scope.SESSION),
    /** A sequence number seen before. */
    E_REPLAY(Scope.SESSION),
    /** A sequence number skipped. */
    E_GAP(Scope.SESSION),
    /** TIME more than ttl behind. */
    E_STALE(Scope.SESSION),
    /** TIME more than 4 s ahead. */
    E_FUTURE(Scope.SESSION),
    /** A TYPE or KIND that the protocol does not know. */
    E_KIND(Scope.SESSION),
    /** A kind from the wrong side. */
    E_DIRECTION(Scope.SESSION),
    /** A kind on the wrong lane. */
    E_LANE(Scope.SESSION),
    /** A payload that is not exactly its message. */
    E_PROTO(Scope.SESSION),
    /** A message whose fields make no sense. */
    E_SEMANTIC(Scope.SESSION),
    /** A newer session of the same peer and lane took over. */
    E_SUPERSEDED(Scope.SESSION),
    /** 2^48 frames in one direction. */
    E_SEQ_EXHAUSTED(Scope.SESSION),
    /** Nothing could be written for the write-stall time-out. */
    E_SLOW_PEER(Scope.SESSION),
    /** Heartbeats missed, or a frame begun and not completed. */
    E_IDLE(Scope.SESSION),
    /** Bytes behind GOODBYE. */
    E_TRAILING(Scope.SESSION),
    /** The keys were revoked. */
    E_REVOKED(Scope.SESSION),
    /** More sessions than configured. */
    E_LIMIT(Scope.SESSION),
    /** A fault of this side. */
    E_INTERNAL(Scope.SESSION),

    /** The bundle ends early. */
    E_BUNDLE_EOF(Scope.BUNDLE),
    /** Not a bundle, or of another version. */
    E_BUNDLE_MAGIC(Scope.BUNDLE),
    /** Longer than 32 KiB. */
    E_BUNDLE_LEN(Scope.BUNDLE),
    /** Digest mismatch: cut or damaged. */
    E_BUNDLE_DIGEST(Scope.BUNDLE),
    /** Not the protobuf message. */
    E_BUNDLE_PROTO(Scope.BUNDLE),
    /** A field is missing or out of range. */
    E_BUNDLE_FIELD(Scope.BUNDLE),
    /** Bytes behind the bundle. */
    E_BUNDLE_TRAILING(Scope.BUNDLE),
    /** Not complete in time. */
    E_BUNDLE_TIMEOUT(Scope.BUNDLE),
    /** Published or consumed a second time. */
    E_BUNDLE_STATE(Scope.BUNDLE),

    /** Not a literal loopback address, or not a port. */
    E_CONFIG_BIND(Scope.CONFIG),
    /** A size or count out of range. */
    E_CONFIG_LIMIT(Scope.CONFIG),
    /** A time to live out of range. */
    E_CONFIG_TTL(Scope.CONFIG),
    /** A static secret missing, too short, or not to be read safely. */
    E_CONFIG_SECRET(Scope.CONFIG),
    /** Two settings exclude each other. */
    E_CONFIG_CONFLICT(Scope.CONFIG),
    /** Two identities would share one secret. */
    E_CONFIG_ISOLATION(Scope.CONFIG),
    /** A key or value that does not exist. */
    E_CONFIG_UNKNOWN(Scope.CONFIG),
    /** A key or name given twice. */
    E_CONFIG_DUPLICATE(Scope.CONFIG),
    /** Two settings are out of proportion. */
    E_CONFIG_RELATION(Scope.CONFIG),
    /** A value of the wrong type. */
    E_CONFIG_TYPE(Scope.CONFIG),
    /** A value that is not allowed. */
    E_CONFIG_VALUE(Scope.CONFIG),
    /** A required setting is missing. */
    E_CONFIG_MISSING(Scope.CONFIG),
    /** A file that cannot be read or written safely. */
    E_CONFIG_FILE(Scope.CONFIG);

    /** Where a reason can arise. */
    public enum Scope {
        /** Unauthenticated evidence in a frame: the close is silent. */
        FRAME,
        /** Before the session is open: the close is silent. */
        HANDSHAKE,
        /** On the connecting side. */
        CONNECT,
        /** Behind a verified tag: in an open session the peer gets one GOODBYE with this code. */
        SESSION,
        /** In a bootstrap bundle or credential file. */
        BUNDLE,
        /** In a configuration. */
        CONFIG
    }

    private final Scope scope;
    private final Code code;

    RejectReason(Scope scope) {
        this.scope = scope;
        this.code = Code.valueOf(name());
    }

    /** Where it can arise. */
    public Scope scope() {
        return scope;
    }

    /** The number that GOODBYE carries. */
    public int number() {
        return code.getNumber();
    }

    /** Whether this is an orderly end and no failure. */
    public boolean isOrderly() {
        return this == OK_STOP || this == OK_CLOSE;
    }

    /** The reason with this number, or null when this build does not know it. */
    public static @Nullable RejectReason ofNumber(int number) {
        Code code = Code.forNumber(number);
        return code == null || code == Code.CODE_UNSPECIFIED ? null : valueOf(code.name());
    }
}
