"""Values of unknown type, each written with its own type: how the arguments of an exception cross.

    (Decimal("9.50"), 3) <-> {"$": "tuple", "value": [{"$": "Decimal", "value": "9.50"}, 3]}

Enums, dataclasses, NamedTuples and models carry ``module:Qualname`` and are looked up there.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final

from portable_faas.values.codec import Refused, Unportable, Wire, key_segment
from portable_faas.values.compiled import compiled
from portable_faas.values.plain import cross, text
from portable_faas.values.problem import bad_key, is_from, mismatch

TAG: Final = "$"
_NAMED: Final[dict[type, str]] = {datetime: "datetime", date: "date", timedelta: "timedelta", bytes: "bytes"}
_CLASSES: Final = {name: cls for cls, name in _NAMED.items()}
_LAZY_CLASSES: Final = {"Decimal": "decimal", "UUID": "uuid"}

# Errors inside values (an ExceptionGroup has some) are written by failure.py, which is built on this module.
WriteError = Callable[[Exception], Wire]
ReadError = Callable[[Any], Exception]


def reference(cls: Any) -> str:
    """``module:Qualname``, if the class is found there again; ``Refused`` otherwise."""
    path = f"{cls.__module__}:{cls.__qualname__}"
    if find(cls.__module__, cls.__qualname__) is not cls:
        raise Refused(f"{cls.__qualname__} cannot be imported from {cls.__module__}; define it at module level")
    return path


def find(module: str, qualname: str) -> Any:
    """What a module calls by this name, importing the module if need be; None if there is none."""
    try:
        if module not in sys.modules:
            __import__(module)
        found: Any = sys.modules[module]
        for part in qualname.split("."):
            found = getattr(found, part)
    except Exception:  # whatever a module raises while it loads or is asked, its classes cannot be had
        return None
    return found


def write(value: Any, error: WriteError) -> Any:
    """The self-describing wire form; ``Refused`` where a value is not portable."""
    cls = type(value)
    if cls is list:
        return _write_items(value, error)
    if cls is dict:
        return _write_dict(value, error)
    if cls is tuple:
        return {TAG: "tuple", "value": _write_items(value, error)}
    if value is None or cls in (bool, int, float, str):
        return cross(value)
    name = _NAMED.get(cls) or next((n for n, module in _LAZY_CLASSES.items() if is_from(cls, module, n)), None)
    if name is not None:
        return {TAG: name, "value": compiled(cls).encode(value)}
    if isinstance(value, Exception):
        return {TAG: "error", "value": error(value)}
    return _write_object(value)


def _write_object(value: Any) -> Wire:
    cls: Any = type(value)
    if not _describes_itself(cls):
        raise mismatch(value, "a portable value")
    try:
        codec = compiled(cls)
    except Unportable as problem:
        raise Refused(str(problem)) from None
    return {TAG: "object", "type": reference(cls), "value": codec.encode(value)}


def _describes_itself(cls: Any) -> bool:
    marks = ("__dataclass_fields__", "_fields", "__pydantic_fields__")
    return issubclass(cls, Enum) or any(hasattr(cls, mark) for mark in marks)


def _write_items(value: Any, error: WriteError) -> list[Any]:
    out: list[Any] = []
    try:
        for item in value:
            out.append(write(item, error))
    except Refused as refused:
        refused.segments.append(f"[{len(out)}]")
        raise
    return out


def _write_dict(value: dict[Any, Any], error: WriteError) -> Wire:
    out: dict[str, Any] = {}
    for key, item in value.items():
        if type(key) is not str:
            raise bad_key(key)
        try:
            out[text(key)] = write(item, error)
        except Refused as refused:
            refused.segments.append(key_segment(key))
            raise
    return {TAG: "dict", "value": out} if TAG in out else out


def read(wire: Any, error: ReadError) -> Any:
    """The value of a self-describing wire form; ``Refused`` if its class cannot be had here."""
    if type(wire) is list:
        return [read(item, error) for item in wire]
    if type(wire) is not dict:
        return cross(wire)
    tag = wire.get(TAG)
    if tag is None:
        return {key: read(item, error) for key, item in wire.items()}
    return _read_tagged(tag, wire, error)


def _read_tagged(tag: str, wire: dict[str, Any], error: ReadError) -> Any:
    value = wire["value"]
    if tag == "dict":
        return {key: read(item, error) for key, item in value.items()}
    if tag == "tuple":
        return tuple(read(item, error) for item in value)
    if tag == "error":
        return error(value)
    if tag == "object":
        return _read_object(wire["type"], value)
    cls = _CLASSES.get(tag) or find(_LAZY_CLASSES[tag], tag)
    return compiled(cls).decode(value)


def _read_object(path: str, value: Any) -> Any:
    cls = find(*path.split(":"))
    if not isinstance(cls, type) or not _describes_itself(cls):
        raise Refused(f"{path} cannot be imported here; deploy the module that defines it")
    return compiled(cls).decode(value)
