"""What a compiled type is, and how a refused value finds its path.

    list[float] -> Codec(encode, decode, kinds={"array"}, types=(list,))

``encode`` and ``decode`` raise ``Refused`` where the bad value stands; only then does each container on the
way out add its path segment, so the good path pays nothing for good messages.
"""

import json
from collections.abc import Callable
from typing import Any, Final, final

from portable_faas.errors import NotPortable

Wire = None | bool | int | float | str | list["Wire"] | dict[str, "Wire"]

# Newtonsoft.Json, which the Durable Functions extension reads JSON with, gives up at 64 levels since 13.0.1;
# the rest is for the envelopes that engines put around a value.
MAX_DEPTH: Final = 50
TOO_DEEP: Final = (
    f"is nested more than {MAX_DEPTH} levels deep, or contains itself; flatten it, or refer to parts by key"
)

NULL: Final = frozenset({"null"})
BOOL: Final = frozenset({"bool"})
NUMBER: Final = frozenset({"number"})
STRING: Final = frozenset({"string"})
ARRAY: Final = frozenset({"array"})
OBJECT: Final = frozenset({"object"})
EVERY: Final = NULL | BOOL | NUMBER | STRING | ARRAY | OBJECT

_KIND_OF: Final = {
    type(None): "null",
    bool: "bool",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def kind_of(wire: object) -> str:
    """The JSON kind of a wire value; "" for what is not JSON."""
    return _KIND_OF.get(type(wire), "")


class Unportable(TypeError):
    """An annotation has no portable meaning; the text says what to write instead."""


@final
class Refused(Exception):
    """A value breaks a rule; ``segments`` collects its path from the inside out."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.segments: list[str] = []

    def at(self, name: str) -> NotPortable:
        """The public error, for a value called ``name``."""
        return NotPortable(name + "".join(reversed(self.segments)), self.problem)


def key_segment(key: str) -> str:
    """How a dict key is shown in a path: ``["key"]``."""
    shown = key if len(key) <= 60 else key[:59] + "…"
    return f"[{json.dumps(shown, ensure_ascii=not _is_utf8(shown))}]"


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@final
class Codec:
    """One compiled type.

    ``kinds`` are the JSON kinds of its wire form and ``types`` the exact classes it encodes, by which unions
    choose; ``tags`` are its required Literal fields with their wire values; ``open`` means that the annotation
    does not bound how deep a value nests. A record is known by all of these before its fields are compiled,
    so that it may refer to itself.
    """

    __slots__ = ("decode", "encode", "kinds", "name", "open", "tags", "types")

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]

    def __init__(self, name: str, kinds: frozenset[str], types: tuple[type, ...]) -> None:
        self.name = name
        self.kinds = kinds
        self.types = types
        self.open = False
        self.tags: dict[str, tuple[object, ...]] = {}

    def using(self, encode: Callable[[Any], Any], decode: Callable[[Any], Any]) -> "Codec":
        """Complete the codec with its two directions."""
        self.encode = encode
        self.decode = decode
        return self


def encoded(codec: Codec, value: object, name: str) -> Any:
    """``value`` in wire form; ``NotPortable`` with a path that begins with ``name``."""
    try:
        wire = codec.encode(value)
    except Refused as refused:
        raise refused.at(name) from None
    except RecursionError:
        # Only a value far above MAX_DEPTH gets here, so the answer does not depend on the stack that was left.
        raise NotPortable(name, TOO_DEEP) from None
    if codec.open and too_deep(wire, MAX_DEPTH):
        raise NotPortable(name, TOO_DEEP)
    return wire


def decoded(codec: Codec, wire: object, name: str) -> Any:
    """The value of a wire form; ``NotPortable`` with a path that begins with ``name``."""
    if codec.open and too_deep(wire, MAX_DEPTH):
        raise NotPortable(name, TOO_DEEP)
    try:
        return codec.decode(wire)
    except Refused as refused:
        raise refused.at(name) from refused.__cause__


def too_deep(wire: object, room: int) -> bool:
    """Whether containers stand in each other more than ``room`` times."""
    if type(wire) is dict:
        items: Any = wire.values()
    elif type(wire) is list:
        items = wire
    else:
        return False
    if room == 0:
        return True
    return any(too_deep(item, room - 1) for item in items if type(item) is dict or type(item) is list)
