"""Portable values: what may cross a durable boundary, and its wire form.

    Order(id=7, due=datetime(...))  <->  {"id": 7, "due": "2026-11-21T08:01:41.123456Z"}

Annotations drive both directions and nothing is coerced. The rules are listed in docs/reference/values.md.
"""

from typing import Any

from portable_faas.values.codec import Unportable, Wire, decoded, encoded
from portable_faas.values.compiled import compiled
from portable_faas.values.failure import Failure, capture, capture_end, out_of_coroutine, rebuild, type_name
from portable_faas.values.signature import Signature, written
from portable_faas.values.wire import dumps, dumps_arguments, loads

__all__ = [
    "Failure",
    "Signature",
    "Wire",
    "capture",
    "capture_end",
    "decode",
    "dumps",
    "dumps_arguments",
    "encode",
    "loads",
    "out_of_coroutine",
    "portable",
    "rebuild",
    "type_name",
    "written",
]


def encode(tp: Any, value: object, name: str = "value") -> Wire:
    """``value`` as the wire form of ``tp``; ``NotPortable`` with a path that begins with ``name``."""
    wire: Wire = encoded(compiled(tp), value, name)
    return wire


def decode(tp: Any, wire: object, name: str = "value") -> Any:
    """The value of type ``tp`` of a wire form; ``NotPortable`` with a path that begins with ``name``."""
    return decoded(compiled(tp), wire, name)


def portable(tp: Any) -> str | None:
    """Why values of this annotation cannot cross, with what to write instead; None if they can."""
    try:
        compiled(tp)
    except Unportable as error:
        return str(error)
    return None
