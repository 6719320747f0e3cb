"""Static types of the wire values that JSONata sees, with bounds.

A bound is a promise of whoever names the type: `Int(0, 9)` is never 10, `Text(5)` has at most 5 characters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

MAX_INT: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps; larger ones are not portable values."""

MAX_LENGTH: Final = 2**31
"""More characters or elements than any state of a state machine can hold (AWS documents 256 KiB of payload)."""

MAX_SMALL: Final = 8 * 1024
"""Bytes of JSON up to which a value is always held in the state itself, never moved aside to a bucket."""


@dataclass(frozen=True, slots=True)
class Int:
    """An integer from ``lo`` to ``hi``, both included."""

    lo: int = -MAX_INT
    hi: int = MAX_INT


@dataclass(frozen=True, slots=True)
class Bool:
    """True or False."""


@dataclass(frozen=True, slots=True)
class Null:
    """None."""


@dataclass(frozen=True, slots=True)
class Float:
    """A finite float; an integral one may stand in the JSON as `1` or `1.0`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A str of at most ``max`` characters (code points)."""

    max: int | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """A list of at most ``max`` items."""

    item: "Type"
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple of exactly these items; an array in the JSON."""

    items: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A dict with exactly these keys, such as a TypedDict."""

    fields: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """An object with these attributes, such as a dataclass; its methods are unknown, so only attributes are read."""

    fields: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A dict[str, ...] of at most ``max`` entries whose keys have at most ``key`` characters."""

    value: "Type"
    max: int | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Optional:
    """The given type or None."""

    of: "Type"


@dataclass(frozen=True, slots=True)
class Mixed:
    """One of several types; may be moved, never looked into."""

    options: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that may be moved, never looked into; ``of`` is what is known of it."""

    of: "Type | None" = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """The type of the items of an empty list: no value has it."""


Type: TypeAlias = (
    Int | Bool | Null | Float | Text | Array | Tuple | Object | Record | Map | Optional | Mixed | Opaque | Nothing
)

SCALARS: Final = (Int, Float, Text, Bool, Null)


def size(type: Type) -> int | None:
    """An upper bound of the value's JSON in bytes, whoever writes it; None when there is none."""
    return _SIZES[type.__class__](type)


# A character takes at most 12 bytes: a code point outside the BMP written as two \uXXXX escapes. Separators are counted
# with the blank that json.dumps puts behind them, and a number with the `.0` that a writer of doubles may append.
_CHARACTER: Final = 12
_SEPARATOR: Final = 2


def _times(count: int | None, one: int | None) -> int | None:
    return None if count is None or one is None else count * one


def _sum(sizes: list[int | None]) -> int | None:
    total = 0
    for each in sizes:
        if each is None:
            return None
        total += each
    return total


def _text(max: int | None) -> int | None:
    return None if max is None else 2 + _CHARACTER * max


def _array(type: Array) -> int | None:
    one = _sum([size(type.item), _SEPARATOR])
    inside = 0 if type.max == 0 or isinstance(type.item, Nothing) else _times(type.max, one)
    return _sum([inside, 2])


def _fields(type: Object | Record) -> int | None:
    return _sum([2, *(_sum([_text(len(key)), size(value), 2 * _SEPARATOR]) for key, value in type.fields)])


def _map(type: Map) -> int | None:
    return _sum([2, _times(type.max, _sum([_text(type.key), size(type.value), 2 * _SEPARATOR]))])


def _largest(types: tuple[Type, ...]) -> int | None:
    sizes = [size(each) for each in types]
    return None if None in sizes else max(each for each in sizes if each is not None)


_SIZES: Final[dict[object, Callable[..., int | None]]] = {
    Int: lambda type: max(len(str(type.lo)), len(str(type.hi))) + len(".0"),
    Bool: lambda _: len("false"),
    Null: lambda _: len("null"),
    Float: lambda _: 330,  # some writers spell 1e308 out
    Text: lambda type: _text(type.max),
    Array: _array,
    Tuple: lambda type: _sum([2, *(_sum([size(each), _SEPARATOR]) for each in type.items)]),
    Object: _fields,
    Record: _fields,
    Map: _map,
    Optional: lambda type: _largest((Null(), type.of)),
    Mixed: lambda type: _largest(type.options),
    Opaque: lambda type: None if type.of is None else size(type.of),
    Nothing: lambda _: 0,
}


def is_small(type: Type) -> bool:
    """Whether every value of this type is held in the state itself."""
    bound = size(type)
    return bound is not None and bound <= MAX_SMALL


def describe(type: Type) -> str:
    """The type in the words of an annotation."""
    return _WORDS[type.__class__](type)


def _union(types: tuple[Type, ...]) -> str:
    return " | ".join(describe(each) for each in types)


_WORDS: Final[dict[object, Callable[..., str]]] = {
    Int: lambda _: "int",
    Bool: lambda _: "bool",
    Null: lambda _: "None",
    Float: lambda _: "float",
    Text: lambda _: "str",
    Array: lambda type: f"list[{describe(type.item)}]",
    Tuple: lambda type: f"tuple[{', '.join(map(describe, type.items))}]",
    Object: lambda type: "{" + ", ".join(f"{key}: {describe(value)}" for key, value in type.fields) + "}",
    Record: lambda _: "object",
    Map: lambda type: f"dict[str, {describe(type.value)}]",
    Optional: lambda type: _union((type.of, Null())),
    Mixed: lambda type: _union(type.options),
    Opaque: lambda type: "opaque value" if type.of is None else describe(type.of),
    Nothing: lambda _: "Never",
}
