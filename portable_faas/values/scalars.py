"""Values that are one JSON scalar on the wire.

    datetime(2026, 11, 21, 9, 1, 41, 123456, UTC+1) <-> "2026-11-21T08:01:41.123456Z"

An int may arrive as ``1.0``, because some JSON engines write it so; nothing else is converted.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from portable_faas.values.codec import BOOL, NULL, NUMBER, STRING, Codec, Refused
from portable_faas.values.plain import text
from portable_faas.values.problem import MAX_INT, big_int, is_from, malformed, mismatch, naive, not_finite

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d\.\d{6}Z", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d+(\.\d+)?(E[+-]\d+)?", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MICROSECOND: Final = timedelta(microseconds=1)


def _none(value: Any) -> None:
    if value is not None:
        raise mismatch(value, "None")


def _bool(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise mismatch(value, "bool")


def _str(value: Any) -> str:
    if type(value) is not str:
        raise mismatch(value, "str")
    return value if value.isascii() else text(value)


def _encode_int(value: Any) -> int:
    if type(value) is not int:
        raise mismatch(value, "int")
    if -MAX_INT <= value <= MAX_INT:
        return value
    raise big_int()


def whole(wire: Any, declared: str = "int") -> int:
    """An int from the wire, where an integral ``1.0`` is 1 as well."""
    if type(wire) is float and wire.is_integer():
        wire = int(wire)
    if type(wire) is not int:
        raise mismatch(wire, declared)
    if -MAX_INT <= wire <= MAX_INT:
        return wire
    raise big_int()


def _encode_float(value: Any) -> float:
    if type(value) is float:
        if value - value == 0.0:
            return value + 0.0  # -0.0 + 0.0 is 0.0
        raise not_finite(value)
    if type(value) is int:
        return float(_encode_int(value))
    raise mismatch(value, "float")


def _decode_float(wire: Any) -> float:
    # A JavaScript engine writes 1e20 with all its digits, so an int of any size may stand for a float.
    if type(wire) is int:
        try:
            return float(wire)
        except OverflowError:
            raise not_finite(float("inf")) from None
    return _encode_float(wire)


def _encode_datetime(value: Any) -> str:
    if type(value) is not datetime:
        raise mismatch(value, "datetime")
    if value.tzinfo is None or value.utcoffset() is None:
        raise naive()
    try:
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
    except OverflowError:
        raise Refused("a datetime outside the years 1 to 9999 in UTC may not cross; move it inside") from None


def _decode_datetime(wire: Any) -> datetime:
    return datetime.fromisoformat(wire)


def _encode_date(value: Any) -> str:
    if type(value) is not date:
        raise mismatch(value, "date")
    return value.isoformat()


def _encode_timedelta(value: Any) -> int:
    if type(value) is not timedelta:
        raise mismatch(value, "timedelta")
    microseconds = value // _MICROSECOND
    if -MAX_INT <= microseconds <= MAX_INT:
        return microseconds
    raise Refused("a timedelta beyond 2**53 - 1 microseconds (285 years) may not cross; pass two datetimes")


def _decode_timedelta(wire: Any) -> timedelta:
    return timedelta(microseconds=whole(wire, "timedelta"))


def _encode_bytes(value: Any) -> str:
    if type(value) is not bytes:
        raise mismatch(value, "bytes")
    return b2a_base64(value, newline=False).decode("ascii")


def _decode_bytes(wire: str) -> bytes:
    try:
        return a2b_base64(wire, strict_mode=True)
    except Base64Error as error:
        raise ValueError(str(error)) from error


def pattern_decoder(
    declared: str, pattern: re.Pattern[str] | None, form: str, convert: Callable[[str], Any]
) -> Callable[[Any], Any]:
    """A decoder of text that ``pattern`` matches as a whole; ``form`` is its example in messages."""

    def decode(wire: Any) -> Any:
        if type(wire) is not str:
            raise mismatch(wire, declared)
        if pattern is not None and not pattern.fullmatch(wire):
            raise malformed(wire, declared, form)
        try:
            return convert(wire)
        except (ValueError, ArithmeticError):
            raise malformed(wire, declared, form) from None

    return decode


_SCALARS: Final[dict[type, Codec]] = {
    type(None): Codec("None", NULL, (type(None),)).using(_none, _none),
    bool: Codec("bool", BOOL, (bool,)).using(_bool, _bool),
    str: Codec("str", STRING, (str,)).using(_str, _str),
    int: Codec("int", NUMBER, (int,)).using(_encode_int, whole),
    float: Codec("float", NUMBER, (float, int)).using(_encode_float, _decode_float),
    datetime: Codec("datetime", STRING, (datetime,)).using(
        _encode_datetime, pattern_decoder("datetime", _MOMENT, "2026-11-21T08:01:41.123456Z", _decode_datetime)
    ),
    date: Codec("date", STRING, (date,)).using(
        _encode_date, pattern_decoder("date", _DAY, "2026-11-21", date.fromisoformat)
    ),
    timedelta: Codec("timedelta", NUMBER, (timedelta,)).using(_encode_timedelta, _decode_timedelta),
    bytes: Codec("bytes", STRING, (bytes,)).using(
        _encode_bytes, pattern_decoder("bytes", None, "padded base64", _decode_bytes)
    ),
}


def scalar(tp: Any) -> Codec | None:
    """The codec of a scalar class; None for everything else."""
    found = _SCALARS.get(tp)
    if found is not None:
        return found
    if is_from(tp, "decimal", "Decimal"):
        return _decimal(tp)
    return _uuid(tp) if is_from(tp, "uuid", "UUID") else None


def _decimal(cls: Any) -> Codec:
    def encode(value: Any) -> str:
        if type(value) is not cls:
            raise mismatch(value, "Decimal")
        if not value.is_finite():
            raise not_finite(float("nan" if value.is_nan() else "inf"))
        return str(value)

    return Codec("Decimal", STRING, (cls,)).using(encode, pattern_decoder("Decimal", _DECIMAL, '"12.50"', cls))


def _uuid(cls: Any) -> Codec:
    def encode(value: Any) -> str:
        if type(value) is not cls:
            raise mismatch(value, "UUID")
        return str(value)

    form = "lower-case 8-4-4-4-12 hex digits"
    return Codec("UUID", STRING, (cls,)).using(encode, pattern_decoder("UUID", _UUID, form, cls))
