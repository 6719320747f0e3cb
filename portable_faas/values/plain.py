"""Values without a declared type: plain JSON, and nothing that JSON would turn into something else.

    {"id": 7, "tags": ("a",)}   refused at ["tags"]: a tuple would come back as a list

One function serves both directions: the wire form of plain JSON is plain JSON, as a fresh copy.
"""

from typing import Any, Final

from portable_faas.values.codec import EVERY, Codec, Refused, key_segment
from portable_faas.values.problem import MAX_INT, PLAIN, bad_key, big_int, mismatch, not_finite, surrogate


def text(value: str) -> str:
    """``value``, if UTF-8 can carry it."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise surrogate() from None
    return value


def cross(value: Any) -> Any:
    """A checked copy of a plain JSON value; ``Refused`` for anything else."""
    kind = type(value)
    if kind is str:
        return text(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        if -MAX_INT <= value <= MAX_INT:
            return value
        raise big_int()
    if kind is float:
        return _number(value)
    if kind is dict:
        return _object(value)
    if kind is list:
        return _array(value)
    raise mismatch(value, PLAIN)


def _number(value: float) -> float:
    if value - value == 0.0:
        return value + 0.0  # -0.0 + 0.0 is 0.0
    raise not_finite(value)


def _array(value: list[Any]) -> list[Any]:
    wire: list[Any] = []
    try:
        for item in value:
            wire.append(cross(item))
    except Refused as refused:
        refused.segments.append(f"[{len(wire)}]")
        raise
    return wire


def _object(value: dict[Any, Any]) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    for key in value:
        if type(key) is not str:
            raise bad_key(key)
        text(key)
    try:
        for key, item in value.items():
            wire[key] = cross(item)
    except Refused as refused:
        refused.segments.append(key_segment(key))
        raise
    return wire


def plain() -> Codec:
    """The codec of ``object``, ``Any`` and no annotation at all."""
    codec = Codec(PLAIN, EVERY, (type(None), bool, int, float, str, list, dict))
    codec.open = True
    return codec.using(cross, cross)


ANYTHING: Final = plain()
