"""Protobuf by hand, as far as SWP/1 needs it: exact messages (docs/protocol.md, section 7).

A schema maps a field number to (name, type). Types: "int", "bool", "str", "bytes", a dict (a message), a range (an enum with these
numbers), [type] (repeated), and MAP (text to text). A field that is not in the schema is an error, at every depth.
"""

MAP = object()
_ENTRY = {1: ("key", "str"), 2: ("value", "str")}


class ProtoError(Exception):
    """Not exactly the message: E_PROTO."""


class SemanticError(Exception):
    """Exactly the message, but its fields make no sense: E_SEMANTIC."""


def _varint(data, at):
    value = shift = 0
    for at in range(at, min(at + 10, len(data))):
        value |= (data[at] & 0x7F) << shift
        if data[at] < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + 1
        shift += 7
    raise ProtoError("a varint that does not end")


def _empty(schema):
    message = {}
    for name, kind in schema.values():
        if isinstance(kind, list):
            message[name] = []
        elif kind is MAP:
            message[name] = {}
        elif isinstance(kind, dict):
            message[name] = None
        else:
            message[name] = {"str": "", "bytes": b"", "bool": False}.get(kind, 0) if isinstance(kind, str) else 0
    return message


def decode(data, schema):
    """A dict with a value for every field of the schema."""
    message = _empty(schema)
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if number not in schema:
            raise ProtoError("an unknown field")
        name, kind = schema[number]
        repeated = isinstance(kind, list)
        one = kind[0] if repeated else kind
        if wire != (0 if one in ("int", "bool") or isinstance(one, range) else 2):
            raise ProtoError("a field of another type")
        if wire == 0:
            raw, at = _varint(data, at)
            value = raw != 0 if one == "bool" else raw
        else:
            length, at = _varint(data, at)
            if length > len(data) - at:
                raise ProtoError("a field that is longer than its message")
            value = _value(bytes(data[at : at + length]), one)
            at += length
        if repeated:
            message[name].append(value)
        elif kind is MAP:
            message[name][value["key"]] = value["value"]
        else:
            message[name] = value
    for name, kind in schema.values():
        if isinstance(kind, range) and message[name] not in kind:
            raise SemanticError("an enum value that does not exist")
    return message


def _value(raw, kind):
    if kind == "bytes":
        return raw
    if kind == "str":
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise ProtoError("text that is not UTF-8") from None
    return decode(raw, _ENTRY if kind is MAP else kind)


def _encoded(value):
    out = bytearray()
    value &= 0xFFFF_FFFF_FFFF_FFFF
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    """A number, a flag or an enum; nothing when it has its default."""
    return _encoded(field << 3) + _encoded(int(value)) if value else b""


def delimited(field, value):
    """Text, bytes or an encoded message; written even when it is empty."""
    raw = value.encode("utf-8") if isinstance(value, str) else value
    return _encoded(field << 3 | 2) + _encoded(len(raw)) + raw
