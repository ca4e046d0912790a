"""SWP/1: keys, frames, and what a receiver checks (docs/protocol.md, sections 2 to 5). No input and output here, and no clock."""

import hashlib
import hmac
import struct

from protobuf import MAP, ProtoError, SemanticError, decode

HELLO, CHALLENGE, FINISH, DATA, CONTROL, GOODBYE = 1, 2, 3, 16, 17, 18
READY, HEARTBEAT, HEARTBEAT_ACK, WORKER_STATUS, STOP, STOP_ACK, CALLS = 1, 2, 3, 4, 10, 11, 100
LANE_CONTROL, LANE_DATA = 1, 2
LABEL_HANDSHAKE, LABEL_FRAME = b"SWP1hs\0\0", b"SWP1fr\0\0"
LEN_MIN, LEN_MAX_HANDSHAKE, LEN_MAX_CONTROL = 60, 572, 1084
FUTURE_MILLIS = 4_000
HEADER = struct.Struct(">IBBHHHQQI")

OK_STOP, OK_CLOSE = 1, 2
CODES = {
    "E_LEN_SHORT": 10, "E_LEN_LONG": 11, "E_VERSION": 12, "E_MAC": 13, "E_TRUNCATED": 14, "E_HS_ORDER": 20, "E_SCHEMA": 23,
    "E_PEER_AUTH": 30, "E_RESERVED": 40, "E_REPLAY": 41, "E_GAP": 42, "E_STALE": 43, "E_FUTURE": 44, "E_KIND": 45,
    "E_DIRECTION": 46, "E_LANE": 47, "E_PROTO": 48, "E_SEMANTIC": 49, "E_SUPERSEDED": 50, "E_SLOW_PEER": 52, "E_IDLE": 53,
    "E_TRAILING": 54, "E_REVOKED": 55,
}
SILENT = ("E_LEN_SHORT", "E_LEN_LONG", "E_VERSION", "E_MAC", "E_TRUNCATED", "E_PEER_AUTH")

CHALLENGE_PARAMS = {1: ("schema", "int"), 2: ("max_payload", "int"), 3: ("ttl_ms", "int")}
_REQUEST = {
    1: ("method", "str"), 2: ("timeout_ms", "int"), 3: ("one_way", "bool"), 4: ("request_stream", "bool"),
    5: ("response_stream", "bool"), 6: ("initial_credit", "int"), 7: ("metadata", MAP), 8: ("payload", "bytes"),
}
_RESPONSE = {
    1: ("outcome", range(1, 11)), 2: ("payload", "bytes"), 3: ("error", "str"), 4: ("details", "bytes"), 5: ("metadata", MAP),
    6: ("ran", "bool"),
}
_MESSAGE = {
    1: ("call_id", "int"), 2: ("request", _REQUEST), 3: ("response", _RESPONSE), 4: ("cancel", {1: ("reason", "str")}),
    5: ("item", {1: ("payload", "bytes"), 2: ("last", "bool")}), 6: ("credit", {1: ("items", "int")}),
}
GOODBYE_SCHEMA = {1: ("code", "int"), 2: ("last_seq_received", "int"), 3: ("received_any", "bool")}
STOP_SCHEMA = {
    1: ("stop_id", "bytes"), 2: ("mode", range(1, 3)), 3: ("graceful_timeout_ms", "int"), 4: ("drain_inflight", "bool"),
    5: ("reason", "str"),
}

# (type, kind): is it sent by the worker, by the supervisor; on which lanes; its message
BOTH = (LANE_CONTROL, LANE_DATA)
KINDS = {
    (CONTROL, READY): ("s", BOTH, {1: ("heartbeat_ms", "int")}),
    (CONTROL, HEARTBEAT): ("s", (LANE_CONTROL,), {1: ("token", "int")}),
    (CONTROL, HEARTBEAT_ACK): ("w", (LANE_CONTROL,), {1: ("token", "int")}),
    (CONTROL, WORKER_STATUS): ("w", (LANE_CONTROL,), None),
    (CONTROL, STOP): ("s", (LANE_CONTROL,), STOP_SCHEMA),
    (CONTROL, STOP_ACK): ("w", (LANE_CONTROL,), None),
    (DATA, CALLS): ("ws", (LANE_DATA,), {1: ("messages", [_MESSAGE])}),
    (GOODBYE, 0): ("ws", BOTH, GOODBYE_SCHEMA),
}


class Violation(Exception):
    """What a peer did wrong: a code of section 10."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac_sha256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def extract(salt, ikm):
    return hmac_sha256(salt, ikm)


def expand(prk, info, length=32):
    """One block is enough: nothing here is longer than 32 bytes."""
    return hmac_sha256(prk, info, b"\x01")[:length]


def info(label, *parts):
    out = b"SWP1" + bytes([len(label)]) + label + bytes([len(parts)])
    return out + b"".join(struct.pack(">H", len(part)) + part for part in parts)


class HandshakeKeys:
    """What both bases of the bundle give, once for all connections."""

    def __init__(self, base_w2s, base_s2w):
        self.hs_w2s = expand(base_w2s, info(b"hs"))
        self.hs_s2w = expand(base_s2w, info(b"hs"))
        self.sik_w2s = expand(base_w2s, info(b"session ikm"))
        self.sik_s2w = expand(base_s2w, info(b"session ikm"))

    def session(self, th3, session_id):
        """(k_w2s, k_s2w)"""
        return (
            expand(extract(th3, self.sik_w2s), info(b"frame w2s", session_id)),
            expand(extract(th3, self.sik_s2w), info(b"frame s2w", session_id)),
        )


def transcript(boot_id, address, port):
    return sha256(b"SWP1 transcript\0\x01", boot_id, bytes([len(address)]), address, struct.pack(">H", port))


def frame(key, label, context, frame_type, kind, schema, seq, time, payload):
    length = 28 + len(payload) + 32
    body = HEADER.pack(length, 1, frame_type, kind, schema, 0, seq, time, 0) + payload
    return body + hmac_sha256(key, label, context, body)


def judge_length(length, longest):
    """To be asked before anything is read or reserved for the frame."""
    if length < LEN_MIN:
        raise Violation("E_LEN_SHORT")
    if length > longest:
        raise Violation("E_LEN_LONG")


def is_tagged(whole, key, label, context):
    return hmac.compare_digest(whole[-32:], hmac_sha256(key, label, context, whole[:-32]))


class Receiver:
    """The checks of one direction of one session, in their order. Its state moves only for frames whose tag verifies."""

    def __init__(self, key, sender, lane, max_payload, ttl_ms, schema=1):
        self.key, self.sender, self.lane, self.ttl_ms, self.schema = key, sender, lane, ttl_ms, schema
        self.longest = LEN_MAX_CONTROL if lane == LANE_CONTROL else 60 + max_payload
        self.expected = 0
        self.ready = sender == "w"
        self.said_goodbye = False

    def header(self, whole, now):
        """Everything up to SCHEMA. Returns (type, kind, payload)."""
        length, version, frame_type, kind, schema, flags, seq, time, epoch = HEADER.unpack_from(whole)
        judge_length(length, self.longest)
        if version != 1:
            raise Violation("E_VERSION")
        if len(whole) != 4 + length or not is_tagged(whole, self.key, LABEL_FRAME, b""):
            raise Violation("E_MAC")
        if flags or epoch:
            raise Violation("E_RESERVED")
        if frame_type in (HELLO, CHALLENGE, FINISH):
            raise Violation("E_HS_ORDER")
        if frame_type not in (DATA, CONTROL, GOODBYE):
            raise Violation("E_KIND")
        if self.said_goodbye:
            raise Violation("E_TRAILING")
        if seq != self.expected:
            raise Violation("E_REPLAY" if seq < self.expected else "E_GAP")
        self.expected += 1
        if time > now + FUTURE_MILLIS:
            raise Violation("E_FUTURE")
        if now - time > self.ttl_ms:
            raise Violation("E_STALE")
        self._judge_kind(frame_type, kind)
        if schema != self.schema:
            raise Violation("E_SCHEMA")
        return frame_type, kind, whole[32:-32]

    def _judge_kind(self, frame_type, kind):
        if (frame_type, kind) not in KINDS:
            raise Violation("E_KIND")
        senders, lanes, _ = KINDS[frame_type, kind]
        if self.sender not in senders:
            raise Violation("E_DIRECTION")
        if self.lane not in lanes:
            raise Violation("E_LANE")
        is_ready = (frame_type, kind) == (CONTROL, READY)
        if frame_type != GOODBYE and is_ready == self.ready and self.sender == "s":
            raise Violation("E_HS_ORDER")
        self.ready = self.ready or is_ready
        self.said_goodbye = frame_type == GOODBYE

    def accept(self, whole, now):
        """All checks. Returns (type, kind, message)."""
        frame_type, kind, payload = self.header(whole, now)
        try:
            message = decode(payload, KINDS[frame_type, kind][2])
            _judge_meaning(frame_type, kind, message)
        except ProtoError:
            raise Violation("E_PROTO") from None
        except SemanticError:
            raise Violation("E_SEMANTIC") from None
        return frame_type, kind, message


def _require(condition):
    if not condition:
        raise SemanticError


def _judge_meaning(frame_type, kind, message):
    if frame_type == GOODBYE:
        _require(message["code"] != 0)
    elif (frame_type, kind) == (CONTROL, STOP):
        _require(len(message["stop_id"]) == 16 and len(message["reason"].encode()) <= 256)
    elif (frame_type, kind) == (DATA, CALLS):
        _require(len(message["messages"]) <= 256)
        for each in message["messages"]:
            _judge_call(each)


def _judge_call(message):
    _require(message["call_id"] != 0)
    bodies = [name for name in ("request", "response", "cancel", "item", "credit") if message[name] is not None]
    _require(bodies)
    # of a oneof the last one counts; the supervisor sends one
    request = message["request"]
    if request is not None:
        _require(message["call_id"] % 2 == 1)
        _require(1 <= len(request["method"].encode()) <= 128 and len(request["metadata"]) <= 64)
        _require(request["one_way"] or request["timeout_ms"] > 0)
    if message["response"] is not None:
        _require(len(message["response"]["error"].encode()) <= 256 and len(message["response"]["metadata"]) <= 64)
    if message["cancel"] is not None:
        _require(len(message["cancel"]["reason"].encode()) <= 256)
    if message["credit"] is not None:
        _require(message["credit"]["items"] > 0)
