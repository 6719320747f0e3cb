"""Enums and literals: one of a few named values, by value on the wire.

class Colour(Enum): RED = "r"      Colour.RED <-> "r"
"""

from enum import Enum, Flag
from typing import Any

from portable_faas.values.codec import NUMBER, Codec, Refused, Unportable, kind_of
from portable_faas.values.plain import cross
from portable_faas.values.problem import mismatch
from portable_faas.values.scalars import whole

Key = tuple[str, object]  # the JSON kind beside the value, because True == 1


def enum(cls: type[Enum]) -> Codec:
    """Members by value; every value is a plain JSON scalar."""
    if issubclass(cls, Flag):
        return _flag(cls)
    wires = {member: _wire_of(cls.__qualname__, member.value) for member in cls}
    if not wires:
        raise Unportable(f"enum {cls.__qualname__} has no members; give it some, with str or int values")
    return _choice(cls.__qualname__, {_key(wire): member for member, wire in wires.items()}, cls)


def _wire_of(name: str, value: object) -> Any:
    if not isinstance(value, list | dict):
        try:
            return cross(value)
        except Refused:
            pass
    raise Unportable(f"{name} has the value {value!r}, which is no plain JSON value; use str or int values")


def _key(wire: object) -> Key:
    return kind_of(wire), wire


def _decoder(name: str, members: dict[Key, Any]) -> Any:
    def decode(wire: Any) -> Any:
        kind = kind_of(wire)
        found = members.get((kind, wire), _ABSENT) if kind not in ("", "array", "object") else _ABSENT
        if found is _ABSENT:
            raise _no_choice(wire, name, members)
        return found

    return decode


def _choice(name: str, members: dict[Key, Any], cls: type) -> Codec:
    wires = {member: wire for (_, wire), member in members.items()}

    def encode(value: Any) -> Any:
        if type(value) is not cls:
            raise mismatch(value, name)
        return wires[value]

    kinds = frozenset(kind for kind, _ in members)
    return Codec(name, kinds, (cls,)).using(encode, _decoder(name, members))


_ABSENT = object()


def _no_choice(value: object, name: str, members: dict[Key, Any]) -> Refused:
    if kind_of(value) not in {kind for kind, _ in members}:
        return mismatch(value, name)
    values = [ascii(wire) for _, wire in members]
    shown = ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
    text = ascii(value)
    return Refused(f"{text if len(text) <= 60 else text[:57] + '...'} is not a value of {name}; use one of {shown}")


def _flag(cls: type[Flag]) -> Codec:
    name = cls.__qualname__

    def encode(value: Any) -> int:
        if type(value) is not cls:
            raise mismatch(value, name)
        return whole(value.value)

    def decode(wire: Any) -> Flag:
        bits = whole(wire, name)
        try:
            return cls(bits)
        except ValueError:
            raise Refused(f"{bits} is not a combination of {name}; use its flags") from None

    return Codec(name, NUMBER, (cls,)).using(encode, decode)


def literal(values: tuple[Any, ...]) -> Codec:
    """One of the given str, int, bool, None or enum values."""
    values = tuple(sorted(values, key=_shown))  # Literal["a", "b"] and Literal["b", "a"] are one type
    name = f"Literal[{', '.join(map(_shown, values))}]"
    members: dict[Key, Any] = {}
    for value in values:
        key = _key(_wire_of(name, value.value if isinstance(value, Enum) else value))
        if key in members and members[key] is not value and members[key] != value:
            raise Unportable(f"{name} has two values with the same wire form {key[1]!r}; rename one")
        members[key] = value
    wires: dict[tuple[type, object], Any] = {(type(value), value): wire for (_, wire), value in members.items()}

    def encode(value: Any) -> Any:
        kind = type(value)
        found = wires.get((kind, value), _ABSENT) if kind in types else _ABSENT
        if found is _ABSENT:
            raise _no_choice(value, name, members)
        return found

    types = tuple(dict.fromkeys(map(type, values)))
    codec = Codec(name, frozenset(kind for kind, _ in members), types)
    return codec.using(encode, _decoder(name, members))


def literal_wires(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The wire values of a Literal, by which a union tells its members apart."""
    return tuple(_wire_of("Literal", value.value if isinstance(value, Enum) else value) for value in values)


def _shown(value: object) -> str:
    return f"{type(value).__qualname__}.{value.name}" if isinstance(value, Enum) else repr(value)
