"""What is said of a value that may not cross: the problem, then what to do instead; the same at every boundary."""

import sys
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final

from portable_faas.values.codec import Refused

MAX_INT: Final = 2**53 - 1
PLAIN: Final = "a plain JSON value"

_BASES: Final[tuple[type, ...]] = (datetime, date, timedelta, bool, int, float, str, bytes, list, dict)


def article(word: str) -> str:
    """``an int``, ``a str``."""
    return f"{'an' if word[:1].lower() in 'aeiou' and not word.startswith('UU') else 'a'} {word}"


def mismatch(value: object, declared: str) -> Refused:
    """The value does not have the declared type."""
    what = "None" if value is None else article(type(value).__qualname__)
    return Refused(f"{what} may not cross as {declared}; {_remedy(value, declared)}")


def malformed(text: object, declared: str, form: str) -> Refused:
    """Text of the right JSON kind that is not the wire form of the declared type."""
    shown = ascii(text)
    shown = shown if len(shown) <= 60 else shown[:59] + "..."
    return Refused(f"{shown} is not the wire form of {declared}; write {form}")


def big_int() -> Refused:
    """An int that JSON numbers do not keep."""
    return Refused("an int beyond 2**53 - 1 may not cross a durable boundary; use str or Decimal")


def not_finite(value: float) -> Refused:
    """NaN or an infinity."""
    what = "NaN" if value != value else "infinity"
    return Refused(f"{what} may not cross a durable boundary; use None or a finite number")


def surrogate() -> Refused:
    """Text that UTF-8 cannot carry."""
    return Refused("text with a lone surrogate may not cross a durable boundary; replace it or pass bytes")


def bad_key(key: object) -> Refused:
    """A dict key that is not text."""
    return Refused(f"{article(type(key).__qualname__)} may not be the key of a dict that crosses; make the keys str")


def _remedy(value: object, declared: str) -> str:
    cls: Any = type(value)
    if value is None:
        return f"declare {declared} | None"
    if declared == PLAIN:
        return _annotate(value)
    if isinstance(value, Enum) or (isinstance(value, tuple) and hasattr(cls, "_fields")):
        return f"declare {cls.__qualname__}"
    base = next((base for base in _BASES if isinstance(value, base)), None)
    if base is not None and base is not cls and base.__name__ == declared.split("[")[0]:
        return f"pass a plain {base.__name__}"
    return _pass(value, declared)


def _annotate(value: object) -> str:
    cls: Any = type(value)
    if isinstance(value, Enum | tuple | date | timedelta | bytes) or _is_record(cls) or _is_named(cls):
        return f"annotate the parameter, result or field with {'tuple[...]' if cls is tuple else cls.__qualname__}"
    for base in (int, float, str, list, dict):
        if isinstance(value, base):
            return f"pass a plain {base.__name__}"
    return _pass(value, PLAIN)


def _pass(value: object, declared: str) -> str:
    cls: Any = type(value)
    if isinstance(value, set | frozenset):
        return "pass sorted(...) as a list, since the order of a set differs between processes"
    if isinstance(value, bytearray | memoryview):
        return "pass bytes(...) and declare bytes"
    if isinstance(value, BaseException):
        return "raise it, or pass its text"
    if callable(value) or hasattr(cls, "__next__") or hasattr(cls, "__await__"):
        return "it may live between two awaits, not across one"
    if cls is tuple or cls is list:
        return f"declare {cls.__name__}[...] or pass what is declared"
    if cls in (bool, int, float, str) and declared in ("bool", "int", "float", "str"):
        return f"nothing is coerced, so convert it or declare {cls.__name__}"
    return "pass what is declared, or declare what is passed"


def _is_record(cls: type) -> bool:
    return hasattr(cls, "__dataclass_fields__") or hasattr(cls, "__pydantic_fields__")


def _is_named(cls: type) -> bool:
    return is_from(cls, "decimal", "Decimal") or is_from(cls, "uuid", "UUID")


def is_from(tp: object, module: str, name: str) -> bool:
    """Whether ``tp`` is that class, without importing a module that nobody has needed so far."""
    loaded = sys.modules.get(module)
    return loaded is not None and tp is getattr(loaded, name, None)
