"""Lists, dicts and tuples of portable values.

    tuple[str, int]   ("a", 1) <-> ["a", 1]

Only the exact classes cross: a subclass would come back as its base.
"""

from collections.abc import Callable
from typing import Any

from portable_faas.values.codec import ARRAY, OBJECT, Codec, Refused, key_segment
from portable_faas.values.plain import text
from portable_faas.values.problem import bad_key, mismatch

Convert = Callable[[Any], Any]


def _items(convert: Convert, kind: Any, name: str) -> Convert:
    def items(value: Any) -> list[Any]:
        if type(value) is not kind:
            raise mismatch(value, name)
        out: list[Any] = []
        try:
            for item in value:
                out.append(convert(item))
        except Refused as refused:
            refused.segments.append(f"[{len(out)}]")
            raise
        return out

    return items


def list_of(item: Codec) -> Codec:
    """``list[T]``, an array."""
    name = f"list[{item.name}]"
    codec = Codec(name, ARRAY, (list,))
    codec.open = item.open
    return codec.using(_items(item.encode, list, name), _items(item.decode, list, name))


def tuple_of(item: Codec) -> Codec:
    """``tuple[T, ...]``, an array."""
    name = f"tuple[{item.name}, ...]"
    codec = Codec(name, ARRAY, (tuple,))
    codec.open = item.open
    decode = _items(item.decode, list, name)
    return codec.using(_items(item.encode, tuple, name), lambda wire: tuple(decode(wire)))


def _fixed(converts: tuple[Convert, ...], kind: Any, name: str) -> Convert:
    count = len(converts)

    def items(value: Any) -> list[Any]:
        if type(value) is not kind:
            raise mismatch(value, name)
        if len(value) != count:
            raise Refused(f"{len(value)} items may not cross as {name}; pass {count}")
        out: list[Any] = []
        try:
            for convert, item in zip(converts, value, strict=True):
                out.append(convert(item))
        except Refused as refused:
            refused.segments.append(f"[{len(out)}]")
            raise
        return out

    return items


def fixed_tuple(items: tuple[Codec, ...]) -> Codec:
    """``tuple[A, B]``, an array of just that many."""
    name = f"tuple[{', '.join(item.name for item in items) or '()'}]"
    codec = Codec(name, ARRAY, (tuple,))
    codec.open = any(item.open for item in items)
    decode = _fixed(tuple(item.decode for item in items), list, name)
    encode = _fixed(tuple(item.encode for item in items), tuple, name)
    return codec.using(encode, lambda wire: tuple(decode(wire)))


def _entries(convert: Convert, name: str) -> Convert:
    def entries(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise mismatch(value, name)
        for key in value:
            if type(key) is not str:
                raise bad_key(key)
            text(key)
        out: dict[str, Any] = {}
        try:
            for key, item in value.items():
                out[key] = convert(item)
        except Refused as refused:
            refused.segments.append(key_segment(key))
            raise
        return out

    return entries


def dict_of(item: Codec) -> Codec:
    """``dict[str, T]``, an object in insertion order."""
    name = f"dict[str, {item.name}]"
    codec = Codec(name, OBJECT, (dict,))
    codec.open = item.open
    return codec.using(_entries(item.encode, name), _entries(item.decode, name))
