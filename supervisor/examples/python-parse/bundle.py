"""The bundle on standard input (section 9), which then stays open as the lifeline."""

import hashlib
import hmac
import os
import select
import struct
import time

from protobuf import MAP, ProtoError, decode

LONGEST = 32 * 1024
SECONDS = 5
_NAME = set("abcdefghijklmnopqrstuvwxyz0123456789-")
_BUNDLE = {
    1: ("key_id", "bytes"), 2: ("base_w2s", "bytes"), 3: ("base_s2w", "bytes"), 4: ("boot_id", "bytes"), 5: ("group_id", "str"),
    6: ("worker_id", "str"), 7: ("incarnation", "int"), 8: ("spawn_nonce", "bytes"), 9: ("address", "bytes"), 10: ("port", "int"),
    11: ("wire_version", "int"), 12: ("suite", "int"), 13: ("schema_min", "int"), 14: ("schema_max", "int"),
    15: ("max_payload_bytes", "int"), 16: ("ttl_ms", "int"), 17: ("connect_deadline_ms", "int"), 18: ("scenario_id", "str"),
    19: ("discovery_roots", ["str"]), 20: ("selectors", MAP), 21: ("runtime", "bytes"),
}
_LOOPBACK = (b"\x7f\0\0\x01", b"\0" * 15 + b"\x01")


class Refused(Exception):
    """An E_BUNDLE_* code. Nothing of the bundle itself is ever said."""


def read(pipe):
    """Reads one bundle from a file descriptor, and looks that nothing came behind it."""
    end = time.monotonic() + SECONDS
    magic = _exactly(pipe, 5, end)
    if magic != b"SWPB\x01":
        raise Refused("E_BUNDLE_MAGIC")
    size = _exactly(pipe, 4, end)
    length = struct.unpack(">I", size)[0]
    if length > LONGEST - 9 - 32:
        raise Refused("E_BUNDLE_LEN")
    rest = _exactly(pipe, length + 32, end)
    digest = hashlib.sha256(magic + size + rest[:length]).digest()
    if not hmac.compare_digest(digest, rest[length:]):
        raise Refused("E_BUNDLE_DIGEST")
    try:
        bundle = decode(rest[:length], _BUNDLE)
    except ProtoError:
        raise Refused("E_BUNDLE_PROTO") from None
    if not _holds(bundle):
        raise Refused("E_BUNDLE_FIELD")
    if select.select([pipe], [], [], 0)[0] and os.read(pipe, 1):
        raise Refused("E_BUNDLE_TRAILING")
    return bundle


def _exactly(pipe, size, end):
    data = b""
    while len(data) < size:
        wait = end - time.monotonic()
        if wait <= 0 or not select.select([pipe], [], [], wait)[0]:
            raise Refused("E_BUNDLE_TIMEOUT")
        chunk = os.read(pipe, size - len(data))
        if not chunk:
            raise Refused("E_BUNDLE_EOF")
        data += chunk
    return data


def _holds(bundle):
    sizes = {"key_id": 16, "boot_id": 16, "spawn_nonce": 16, "base_w2s": 32, "base_s2w": 32}
    names = [bundle["group_id"], bundle["worker_id"]]
    return (
        all(len(bundle[name]) == size for name, size in sizes.items())
        and all(1 <= len(name) <= 63 and set(name) <= _NAME for name in names)
        and bundle["incarnation"] > 0
        and bundle["address"] in _LOOPBACK
        and 1 <= bundle["port"] <= 65_535
        and bundle["wire_version"] == 1
        and bundle["suite"] == 1
        and 1 == bundle["schema_min"] <= bundle["schema_max"] <= 65_535
        and 4096 <= bundle["max_payload_bytes"] <= 64 << 20
        and bundle["ttl_ms"] > 0
        and bundle["connect_deadline_ms"] > 0
    )
