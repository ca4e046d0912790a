package dev.sallyport.proto;

/**
 * The constants of SWP/1 that only the specification can change ({@code docs/protocol.md}, sections 2 to 9). What an
 * operator may choose is configuration and is not here.
 */
public final class WireSpec {

    /** The VERSION byte of every frame. */
    public static final byte VERSION = 1;

    /** The one suite: HMAC-SHA-256 tags, HKDF-SHA-256 keys. */
    public static final int SUITE = 1;

    /** The lowest and highest message schema this build speaks. */
    public static final int SCHEMA_MIN = 1;

    public static final int SCHEMA_MAX = 1;

    // frame layout: offsets in bytes from the first byte of LEN

    public static final int OFFSET_LEN = 0;
    public static final int OFFSET_VERSION = 4;
    public static final int OFFSET_TYPE = 5;
    public static final int OFFSET_KIND = 6;
    public static final int OFFSET_SCHEMA = 8;
    public static final int OFFSET_FLAGS = 10;
    public static final int OFFSET_SEQ = 12;
    public static final int OFFSET_TIME = 20;
    public static final int OFFSET_EPOCH = 28;
    public static final int OFFSET_PAYLOAD = 32;

    /** The size of the LEN field itself, which LEN does not count. */
    public static final int LEN_BYTES = 4;

    public static final int TAG_BYTES = 32;

    /** LEN of a frame without payload: 28 header bytes behind LEN, and the tag. */
    public static final int LEN_MIN = 60;

    /** The largest LEN before a session is open. */
    public static final int LEN_MAX_HANDSHAKE = 572;

    /** The largest LEN in a session on the control lane. */
    public static final int LEN_MAX_CONTROL = 1084;

    /** The smallest {@code max_payload} that may be configured. */
    public static final int MAX_PAYLOAD_FLOOR = 4096;

    /** A unary body may be this much smaller than {@code max_payload}, so that its message always fits. */
    public static final int UNARY_RESERVE = 1024;

    // frame types

    public static final int TYPE_HELLO = 1;
    public static final int TYPE_CHALLENGE = 2;
    public static final int TYPE_FINISH = 3;
    public static final int TYPE_DATA = 16;
    public static final int TYPE_CONTROL = 17;
    public static final int TYPE_GOODBYE = 18;

    // kinds

    public static final int KIND_NONE = 0;
    public static final int KIND_READY = 1;
    public static final int KIND_HEARTBEAT = 2;
    public static final int KIND_HEARTBEAT_ACK = 3;
    public static final int KIND_WORKER_STATUS = 4;
    public static final int KIND_STOP = 10;
    public static final int KIND_STOP_ACK = 11;
    public static final int KIND_CALLS = 100;

    /** The most messages in one CALLS frame. */
    public static final int MAX_MESSAGES_PER_FRAME = 256;

    /** The most metadata entries, by distinct key, in one request or response. */
    public static final int MAX_METADATA_ENTRIES = 64;

    // handshake

    public static final int KEY_ID_BYTES = 16;
    public static final int BOOT_ID_BYTES = 16;
    public static final int SESSION_ID_BYTES = 16;
    public static final int SPAWN_NONCE_BYTES = 16;
    public static final int NONCE_BYTES = 32;
    public static final int KEY_BYTES = 32;
    public static final int STOP_ID_BYTES = 16;
    public static final int MASTER_SECRET_MIN_BYTES = 32;
    public static final int MASTER_SECRET_MAX_BYTES = 64;
    public static final int HELLO_PARAMS_MAX_BYTES = 256;

    /** The most bytes of any free text (reason, detail, error) in a message. */
    public static final int TEXT_MAX_BYTES = 256;

    /** From accept to open; progress does not extend it. */
    public static final int HANDSHAKE_TIMEOUT_MILLIS = 2_000;

    /** The most bytes buffered for a connection that is not yet authenticated. */
    public static final int PRE_AUTH_BUFFER_BYTES = 2_048;

    /** Unauthenticated connections held at once, beside two for each awaited worker. */
    public static final int PRE_AUTH_CONNECTIONS = 64;

    // session

    /** How far TIME may run ahead of the receiver's own count. */
    public static final int FUTURE_ALLOWANCE_MILLIS = 4_000;

    /** A frame begun must be complete after this long. */
    public static final int FRAME_TIMEOUT_MILLIS = 10_000;

    /** Frames in one direction before a session must end. */
    public static final long SEQ_LIMIT = 1L << 48;

    public static final int HEARTBEAT_MILLIS = 5_000;

    public static final int HEARTBEATS_MISSED_LIMIT = 3;

    /** After GOODBYE: the most that is read and thrown away before the close, in bytes and in time. */
    public static final int CLOSE_DISCARD_BYTES = 64 * 1024;

    public static final int CLOSE_DISCARD_MILLIS = 1_000;

    // bootstrap bundle

    public static final int BUNDLE_MAX_BYTES = 32 * 1024;
    public static final byte BUNDLE_VERSION = 1;
    public static final int BUNDLE_READ_TIMEOUT_MILLIS = 5_000;

    private WireSpec() {}
}
