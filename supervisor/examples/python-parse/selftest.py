"""Checks the worker's own code against the golden vectors: keys, both handshakes, session frames, and what is refused and why."""

import json
import socket
import struct

import session
import swp
from protobuf import ProtoError, decode


def run(path):
    with open(path, encoding="utf-8") as file:
        golden = json.load(file)
    checks = 0
    for vector in golden["vectors"]:
        checks += _run_of(vector)
    checks += _negatives(golden)
    checks += _parser()
    checks += _slowed_down()
    print("self-test: %d checks, all as they should be" % checks)
    return 0


def _slowed_down():
    """A lane that opens and fails at once: fewer than 15 sessions in the 10 s, the first one included."""
    passed = [0.0]
    attempts = session.Attempts(session.RECONNECT_SECONDS, lambda: passed[0], lambda pause: passed.__setitem__(0, passed[0] + pause))
    sessions = 2
    try:
        while sessions < 100:
            attempts.slow_down()
            sessions += 1
    except swp.Violation as violation:
        return _same("the end of a lane that fails", violation.code, "E_CONNECT") + _same("fewer than 15 sessions", sessions < 15, True)
    raise SystemExit("self-test: a lane that fails is connected for ever")


def _same(what, ours, theirs):
    if ours != theirs:
        raise SystemExit("self-test: %s differs" % what)
    return 1


def _run_of(vector):
    known = {name: bytes.fromhex(value) for name, value in vector["keys"].items() if value}
    keys = swp.HandshakeKeys(known["base_w2s"], known["base_s2w"])
    checks = sum(_same(name, getattr(keys, name), known[name]) for name in ("hs_w2s", "hs_s2w", "sik_w2s", "sik_s2w"))
    family = socket.AF_INET6 if ":" in vector["addr"] else socket.AF_INET
    bundle = {
        "key_id": known["key_id"], "boot_id": bytes.fromhex(vector["boot_id"]), "group_id": vector["group"],
        "worker_id": vector["worker"], "incarnation": vector["incarnation"], "address": socket.inet_pton(family, vector["addr"]),
        "port": vector["port"],
    }
    for lane, name in ((swp.LANE_CONTROL, "control"), (swp.LANE_DATA, "data")):
        checks += _lane(bundle, keys, lane, vector["lanes"][name])
    return checks


def _lane(bundle, keys, lane, golden):
    data = {name: bytes.fromhex(value) for name, value in golden.items() if isinstance(value, str)}
    th0 = swp.transcript(bundle["boot_id"], bundle["address"], bundle["port"])
    pid = decode(data["hello"][32 + 48 : -32], {
        1: ("min", "int"), 2: ("max", "int"), 3: ("worker", "str"), 4: ("incarnation", "int"), 5: ("pid", "int"),
        6: ("group", "str"), 7: ("lane", "int")})["pid"]
    millis = swp.HEADER.unpack_from(data["hello"])[7]
    hello = session.hello_frame(bundle, keys, lane, data["nonce_w"], pid, millis)
    th1 = swp.sha256(th0, hello)
    challenge = data["challenge"]
    params = decode(challenge[32 + 48 : -32], swp.CHALLENGE_PARAMS)
    limits = dict(bundle, max_payload_bytes=params["max_payload"], ttl_ms=params["ttl_ms"])
    session_id, schema = session.judge_challenge(challenge, limits, keys, th1, millis)
    th2 = swp.sha256(th1, challenge)
    finish_millis = swp.HEADER.unpack_from(data["finish"])[7]
    finish = swp.frame(keys.hs_w2s, swp.LABEL_HANDSHAKE, th2, swp.FINISH, 0, 0, 0, finish_millis, b"")
    th3 = swp.sha256(th2, finish)
    k_w2s, k_s2w = keys.session(th3, session_id)
    ours = {
        "th0": th0, "hello": hello, "th1": th1, "th2": th2, "finish": finish, "th3": th3, "session_id": session_id,
        "k_w2s": k_w2s, "k_s2w": k_s2w,
    }
    checks = sum(_same(name, value, data[name]) for name, value in ours.items())
    checks += _altered_challenges(challenge, limits, keys, th1, millis)
    from_supervisor = swp.Receiver(k_s2w, "s", lane, params["max_payload"], params["ttl_ms"], schema)
    from_worker = swp.Receiver(k_w2s, "w", lane, params["max_payload"], params["ttl_ms"], schema)
    for name in ("ready", "stop"):
        if name in data:
            from_supervisor.accept(data[name], 0)
            checks += 1
    for whole in [data[name] for name in ("stop_ack", "goodbye") if name in data] + [bytes.fromhex(f) for f in golden.get("data", [])]:
        frame_type, kind, payload = from_worker.header(whole, 0)
        head = swp.HEADER.unpack_from(whole)
        again = swp.frame(k_w2s, swp.LABEL_FRAME, b"", frame_type, kind, schema, head[6], head[7], payload)
        checks += _same("a frame made again", again, whole)
    return checks


def _altered_challenges(challenge, bundle, keys, th1, millis):
    """H06: no bit of CHALLENGE may be another."""
    for at in range(4, len(challenge)):
        altered = bytearray(challenge)
        altered[at] ^= 1 << at % 8
        try:
            session.judge_challenge(bytes(altered), bundle, keys, th1, millis)
        except swp.Violation:
            continue
        raise SystemExit("self-test: an altered CHALLENGE is taken, byte %d" % at)
    return 1


def _negatives(golden):
    lane = golden["vectors"][0]["lanes"]["data"]
    params = decode(bytes.fromhex(lane["challenge"])[32 + 48 : -32], swp.CHALLENGE_PARAMS)
    for case in golden["negative_session"]:
        whole = bytes.fromhex(case["frame"])
        receiver = swp.Receiver(bytes.fromhex(lane["k_w2s"]), "w", swp.LANE_DATA, params["max_payload"], params["ttl_ms"])
        try:
            swp.judge_length(struct.unpack_from(">I", whole)[0], receiver.longest)
            receiver.header(whole, 0)
            code = "OK"
        except swp.Violation as violation:
            code = violation.code
        _same("the code of '%s', which is %s" % (case["name"], code), code, case["expect"])
    return len(golden["negative_session"])


def _parser():
    """P03, P04, P07 and P08 for the parser by hand."""
    schema = {1: ("a", "int"), 2: ("b", "bytes")}
    wrong = (
        b"\x18\x01", b"\x08" + b"\x80" * 10 + b"\x01", b"\x12\x05abc", b"\x12\xff\xff\xff\xff\x0f", b"\0\0", b"\x0e", b"\x0f",
        b"\x0c", b"\x0a\x01a", b"\x08", b"\x12\x03ab",
    )
    for data in wrong:
        try:
            decode(data, schema)
        except ProtoError:
            continue
        raise SystemExit("self-test: the parser takes " + data.hex())
    _same("an overlong varint", decode(b"\x08\x81" + b"\x80" * 8 + b"\x00", schema)["a"], 1)
    return len(wrong) + 1
