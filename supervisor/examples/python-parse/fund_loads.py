"""fund-loads/parse: lines to fund loads, as strict as the Java worker, with the same reasons (fund_loads.proto of the example)."""

import json
import re

from protobuf import decode, delimited, number

METHOD = "fund-loads/parse"
NOT_JSON, NOT_AN_OBJECT, UNKNOWN_FIELD, DUPLICATE_FIELD, MISSING_FIELD, NOT_A_STRING, BAD_VALUE = range(1, 8)
FIELDS = ("id", "customer_id", "load_amount", "time")

_IDENTIFIER = re.compile(r"[0-9A-Za-z_-]{1,64}")
_AMOUNT = re.compile(r"\$(0|[1-9][0-9]{0,12})\.([0-9]{2})")
_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _NotJson(ValueError):
    pass


def _constant(name):
    raise _NotJson(name)


# numbers are never converted: only their form is judged, however long they are
_JSON = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=_constant, parse_int=len, parse_float=len)
_LEVELS_MAX = 64
# one that does not end goes to the end of the line: looked for again at each quote in it, it would take quadratic time
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)


def handle(payload):
    """From an encoded ParseRequest to an encoded ParseReply."""
    lines = decode(payload, {1: ("lines", ["bytes"])})["lines"]
    return b"".join(delimited(1, parsed(line)) for line in lines)


def parsed(line):
    """An encoded Parsed: the load, or why there is none."""
    text = line.decode("utf-8", "replace")
    if _levels(text) > _LEVELS_MAX:
        return _failure(NOT_JSON)
    try:
        value = _JSON.decode(text)
    except ValueError:
        return _failure(NOT_JSON)
    # an object comes as a tuple of pairs, everything else as something else
    if not isinstance(value, tuple):
        return _failure(NOT_AN_OBJECT)
    fields = {}
    for name, text in value:
        if name not in FIELDS:
            return _failure(UNKNOWN_FIELD)
        if not isinstance(text, str):
            return _failure(NOT_A_STRING, name)
        if name in fields:
            return _failure(DUPLICATE_FIELD, name)
        fields[name] = text
    for name in FIELDS:
        if name not in fields:
            return _failure(MISSING_FIELD, name)
    for name in ("id", "customer_id"):
        if not _IDENTIFIER.fullmatch(fields[name]):
            return _failure(BAD_VALUE, name)
    amount = _AMOUNT.fullmatch(fields["load_amount"])
    if not amount:
        return _failure(BAD_VALUE, "load_amount")
    seconds = _seconds(fields["time"])
    if seconds is None:
        return _failure(BAD_VALUE, "time")
    load = delimited(1, fields["id"]) + delimited(2, fields["customer_id"])
    load += number(3, int(amount[1]) * 100 + int(amount[2])) + number(4, seconds)
    return delimited(1, load)


def _levels(text):
    """How deep its brackets are nested."""
    deepest = level = 0
    for character in _TEXT.sub("", text):
        if character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def _failure(reason, field=""):
    return delimited(2, number(1, reason) + (delimited(2, field) if field else b""))


def _seconds(text):
    """Since 1970; None for a date that does not exist. The year 0 exists, which datetime does not know."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        return None
    if not 1 <= day <= _MONTH_DAYS[month - 1] + (leap and month == 2):
        return None
    before = year - 1
    days = 365 * year + before // 4 - before // 100 + before // 400 + 1
    days += sum(_MONTH_DAYS[: month - 1]) + (leap and month > 2) + day - 1
    return (days - 719_528) * 86_400 + hour * 3_600 + minute * 60 + second
