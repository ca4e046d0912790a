"""One lane of a worker: connects, authenticates the supervisor, reads checked frames, writes signed ones (sections 4 to 6)."""

import os
import random
import select
import socket
import struct
import threading
import time

import swp
from protobuf import ProtoError, decode, delimited, number
from swp import Violation

HANDSHAKE_SECONDS = 2
FRAME_SECONDS = 10
SILENCE_SECONDS = 20
RECONNECT_SECONDS = 10
DISCARD_BYTES, DISCARD_SECONDS = 65_536, 1
STEADY_SECONDS = 5
BACKOFF_FIRST, BACKOFF_LAST, BACKOFF_UNSTEADY_LAST = 0.02, 1.0, 4.0


def wall_millis():
    return time.time_ns() // 1_000_000


class Session:
    """An open session. Any thread may send; one thread reads."""

    def __init__(self, bundle, keys, lane):
        self.bundle, self.lane = bundle, lane
        self.socket = socket.socket(socket.AF_INET if len(bundle["address"]) == 4 else socket.AF_INET6)
        self.lock = threading.Lock()
        self.seq = 0
        self.closing = False
        try:
            self._open(keys)
        except (OSError, Violation):
            self.socket.close()
            raise

    def _open(self, keys):
        deadline = time.monotonic() + HANDSHAKE_SECONDS
        bundle = self.bundle
        family = self.socket.family
        self.socket.settimeout(HANDSHAKE_SECONDS)
        self.socket.connect((socket.inet_ntop(family, bundle["address"]), bundle["port"]))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.socket.getsockname() == self.socket.getpeername():
            raise Violation("E_SELF_CONNECT")
        th0 = swp.transcript(bundle["boot_id"], bundle["address"], bundle["port"])
        hello = hello_frame(bundle, keys, self.lane, os.urandom(32), os.getpid(), wall_millis())
        self.socket.sendall(hello)
        th1 = swp.sha256(th0, hello)
        challenge = self._read(swp.LEN_MAX_HANDSHAKE, deadline, deadline)
        self.anchor = time.monotonic_ns()
        session_id, self.schema = judge_challenge(challenge, bundle, keys, th1, wall_millis())
        th2 = swp.sha256(th1, challenge)
        finish = swp.frame(keys.hs_w2s, swp.LABEL_HANDSHAKE, th2, swp.FINISH, 0, 0, 0, wall_millis(), b"")
        self.socket.sendall(finish)
        self.key, k_s2w = keys.session(swp.sha256(th2, finish), session_id)
        self.receiver = swp.Receiver(
            k_s2w, "s", self.lane, bundle["max_payload_bytes"], bundle["ttl_ms"], self.schema)
        # until READY has verified, the limit of the handshake holds
        first = self._read(swp.LEN_MAX_HANDSHAKE, deadline, deadline)
        frame_type, _, message = self.receiver.accept(first, self.now())
        if frame_type == swp.GOODBYE:
            raise Violation(name_of(message["code"]))
        self.socket.settimeout(bundle["ttl_ms"] / 3000)

    def now(self):
        return (time.monotonic_ns() - self.anchor) // 1_000_000

    def receive(self):
        """The next frame that holds: (type, kind, message). Raises Violation, also when the session ends or is silent for too long."""
        silence = SILENCE_SECONDS if self.lane == swp.LANE_CONTROL else None
        first = None if silence is None else time.monotonic() + silence
        whole = self._read(self.receiver.longest, first, None)
        return self.receiver.accept(whole, self.now())

    def _read(self, longest, first, rest):
        """A whole frame. LEN is judged before anything is kept; VERSION by its first byte."""
        head = self._exactly(1, first)
        end = rest or time.monotonic() + FRAME_SECONDS
        head += self._exactly(3, end)
        length = struct.unpack(">I", head)[0]
        swp.judge_length(length, longest)
        version = self._exactly(1, end)
        if version != b"\x01":
            raise Violation("E_VERSION")
        return head + version + self._exactly(length - 1, end)

    def _exactly(self, size, deadline):
        data = bytearray(size)
        view = memoryview(data)
        while view:
            wait = None if deadline is None else deadline - time.monotonic()
            if wait is not None and wait <= 0:
                raise Violation("E_IDLE")
            try:
                got = self._recv_into(view, wait)
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                raise Violation("E_TRUNCATED") from None
            if not got:
                raise Violation("E_TRUNCATED")
            view = view[got:]
        return bytes(data)

    def _recv_into(self, view, wait):
        ready, _, _ = select.select([self.socket], [], [], wait)
        if not ready:
            raise TimeoutError
        return self.socket.recv_into(view)

    def send(self, frame_type, kind, payload):
        """Stamps, signs and writes one frame. Raises Violation when the supervisor takes nothing, or is gone."""
        with self.lock:
            if self.closing:
                raise Violation("E_TRUNCATED")
            self._write(frame_type, kind, payload)

    def _write(self, frame_type, kind, payload):
        whole = swp.frame(
            self.key, swp.LABEL_FRAME, b"", frame_type, kind, self.schema, self.seq, self.now(), payload)
        self.seq += 1
        try:
            self.socket.sendall(whole)
        except (TimeoutError, socket.timeout):
            self.closing = True
            raise Violation("E_SLOW_PEER") from None
        except OSError:
            self.closing = True
            raise Violation("E_TRUNCATED") from None

    def goodbye(self, code):
        """The last frame of this direction, then the end of the stream; once."""
        with self.lock:
            if self.closing:
                return
            self.closing = True
            received = self.receiver.expected
            payload = number(1, code)
            if received:
                payload += number(2, received - 1) + number(3, True)
            try:
                self._write(swp.GOODBYE, 0, payload)
                self.socket.shutdown(socket.SHUT_WR)
            except (OSError, Violation):
                pass

    def discard(self):
        """Reads what the supervisor still sent: a socket closed with unread input loses what we said last."""
        end, left = time.monotonic() + DISCARD_SECONDS, DISCARD_BYTES
        try:
            while left > 0 and time.monotonic() < end:
                self.socket.settimeout(max(0.01, end - time.monotonic()))
                got = len(self.socket.recv(min(left, 4096)))
                if not got:
                    break
                left -= got
        except OSError:
            pass
        self.socket.close()

    def end(self, violation):
        """Ends the session for what receive() said."""
        if violation.code in swp.CODES and violation.code not in swp.SILENT:
            self.goodbye(swp.CODES[violation.code])
            self.discard()
        else:
            self.closing = True
            self.socket.close()


def hello_frame(bundle, keys, lane, nonce, pid, millis):
    params = number(1, 1) + number(2, 1) + delimited(3, bundle["worker_id"]) + number(4, bundle["incarnation"])
    params += number(5, pid) + delimited(6, bundle["group_id"]) + number(7, lane)
    th0 = swp.transcript(bundle["boot_id"], bundle["address"], bundle["port"])
    payload = bundle["key_id"] + nonce + params
    return swp.frame(keys.hs_w2s, swp.LABEL_HANDSHAKE, th0, swp.HELLO, 0, 0, 0, millis, payload)


def judge_challenge(whole, bundle, keys, th1, millis):
    """(session_id, schema) of a supervisor that has proved itself; everything else is E_PEER_AUTH."""
    _, version, frame_type, kind, schema, flags, seq, sent, epoch = swp.HEADER.unpack_from(whole)
    if version != 1 or frame_type != swp.CHALLENGE or not swp.is_tagged(whole, keys.hs_s2w, swp.LABEL_HANDSHAKE, th1):
        raise Violation("E_PEER_AUTH")
    try:
        params = decode(whole[32 + 48 : -32], swp.CHALLENGE_PARAMS)
    except ProtoError:
        raise Violation("E_PEER_AUTH") from None
    agreed = params["max_payload"] == bundle["max_payload_bytes"] and params["ttl_ms"] == bundle["ttl_ms"]
    fresh = abs(millis - sent) <= bundle["ttl_ms"]
    if len(whole) < 32 + 48 + 32 or kind or schema or flags or seq or epoch or not agreed or not fresh or params["schema"] != 1:
        raise Violation("E_PEER_AUTH")
    return whole[32:48], params["schema"]


def name_of(code):
    """A number that this side does not know counts as an orderly end."""
    known = {number: name for name, number in swp.CODES.items()}
    return known.get(code, "OK_STOP" if code == swp.OK_STOP else "OK_CLOSE")


class Attempts:
    """Connects a lane, for so long in all, with exponential backoff and full jitter ("Connecting again" in section 4)."""

    def __init__(self, seconds, clock=time.monotonic, sleep=time.sleep):
        self.clock, self.sleep = clock, sleep
        self.end = clock() + seconds
        self.bound = BACKOFF_FIRST

    def connect(self, bundle, keys, lane):
        while True:
            try:
                return Session(bundle, keys, lane)
            except Violation as violation:
                if violation.code in ("E_SUPERSEDED", "E_REVOKED", "OK_STOP"):
                    raise
                self._pause(0, BACKOFF_LAST, violation.code)
            except OSError:
                self._pause(0, BACKOFF_LAST, "E_CONNECT")

    def slow_down(self):
        """A session opened and failed at once."""
        self._pause(self.bound / 2, self.bound, "E_CONNECT")

    def _pause(self, shortest, longest, code):
        if self.clock() > self.end:
            raise Violation(code) from None
        self.sleep(random.uniform(shortest, min(self.bound, longest)))
        self.bound = min(2 * self.bound, BACKOFF_UNSTEADY_LAST)

