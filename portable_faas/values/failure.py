"""Exceptions across a boundary: type, text, arguments and attributes; the traceback stays where it was.

    KeyError("id") <-> {"type": "KeyError", "message": "'id'", "args": {"$": "tuple", "value": ["id"]}}

The class is looked up by name and the instance rebuilt without ``__init__``, whose signature nobody knows.
Afterwards ``str`` gives the message again, whatever the class makes of its text.
"""

import sys
from typing import Any, Final, NamedTuple, TypeVar, cast

from portable_faas.errors import ActivityError
from portable_faas.values.codec import MAX_DEPTH, TOO_DEEP, Refused, Wire, too_deep
from portable_faas.values.exception import GROUP, TEXT, attributes_of, blank, filled, texted
from portable_faas.values.tagged import find, read, write

E = TypeVar("E", bound=BaseException)
MAX_MESSAGE: Final = 8 * 1024  # bytes of UTF-8
CUT: Final = " ... [cut at 8 KiB]"

_UNREPORTED: Final = frozenset({"obj"})  # NameError and AttributeError keep the object that was asked; it never crosses


class Failure(NamedTuple):
    """An error in portable form; ``args`` and ``attributes`` are tagged wire values.

    ``dropped`` says what was left behind and why, for the log of the side that captured it; it does not cross.
    """

    type: str
    message: str
    args: Wire = None
    attributes: Wire = None
    dropped: tuple[str, ...] = ()

    def to_wire(self) -> dict[str, Wire]:
        """A wire object; absent parts are left out."""
        wire: dict[str, Wire] = {"type": self.type, "message": self.message}
        if self.args is not None:
            wire["args"] = self.args
        if self.attributes:
            wire["attributes"] = self.attributes
        return wire

    @classmethod
    def from_wire(cls, wire: Any) -> "Failure":
        """The failure of a wire object; ``ValueError`` if it is none."""
        if type(wire) is not dict or type(wire.get("type")) is not str or type(wire.get("message")) is not str:
            raise ValueError("a failure is an object with the texts type and message")
        return cls(wire["type"], wire["message"], wire.get("args"), wire.get("attributes"))


def type_name(cls: type) -> str:
    """``KeyError`` for a builtin, else ``module.Qualname``."""
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def capture(error: BaseException) -> Failure:
    """The portable form of an ``Exception``; ``TypeError`` for ``SystemExit`` and the like, which end a process."""
    if not isinstance(error, Exception):
        raise TypeError(f"{type(error).__qualname__} is no Exception; report it as ActivityCrashed")
    return _Capture((), []).of(error)


def out_of_coroutine(error: E) -> E | RuntimeError:
    """What whoever awaits gets: Python lets no ``StopIteration`` into a coroutine or out of one (PEP 479)."""
    if not isinstance(error, StopIteration):
        return error
    replaced = RuntimeError("coroutine raised StopIteration")
    replaced.__cause__ = replaced.__context__ = error
    return replaced


def capture_end(error: BaseException) -> Failure:
    """What an orchestrator ended with: its exception, or ``SystemExit`` and the like, which nobody can catch."""
    if isinstance(error, Exception):
        return capture(error)
    kind = type_name(type(error))
    return capture(ActivityError(kind, str(error)))._replace(type=kind)


class _Capture:
    """One error under way, inside the errors that hold it."""

    def __init__(self, outer: tuple[Exception, ...], dropped: list[str]) -> None:
        self.outer = outer
        self.dropped = dropped

    def of(self, error: Exception) -> Failure:
        self.outer = (*self.outer, error)
        message = cut(text_of(error))
        args = self.args(error, message)
        state = attributes_of(error).items()
        attributes = {name: wire for name, value in state for wire in self.part(value, name)}
        return Failure(type_name(type(error)), message, args, cast(Wire, attributes or None), tuple(self.dropped))

    def args(self, error: Exception, message: str) -> Wire:
        args = tuple(cut(arg) if isinstance(arg, str) and len(arg) > MAX_MESSAGE // 4 else arg for arg in error.args)
        for wire in self.part(args, "args"):
            return cast(Wire, wire)
        return cast(Wire, write((message,), self.inner))

    def part(self, value: object, name: str) -> list[Any]:
        """The tagged form alone in a list; an empty list, and a reason in ``dropped``, if there is none."""
        try:
            wire = write(value, self.inner)
        except Refused as refused:
            if name not in _UNREPORTED:
                self.dropped.append(str(refused.at(name)))
            return []
        except RecursionError:
            return self.part_too_deep(name)
        return self.part_too_deep(name) if too_deep(wire, MAX_DEPTH) else [wire]

    def part_too_deep(self, name: str) -> list[Any]:
        self.dropped.append(f"{name}: {TOO_DEEP}")
        return []

    def inner(self, error: Exception) -> Wire:
        if any(error is holder for holder in self.outer):
            raise Refused("an error that holds itself may not cross; leave it out")
        return cast(Wire, _Capture(self.outer, self.dropped).of(error).to_wire())


def text_of(error: Exception) -> str:
    """The text of an error, whatever its ``__str__`` does."""
    try:
        return str(error)
    except Exception as broken:
        return f"<str() of this {type(error).__qualname__} raised {type(broken).__qualname__}>"


def cut(message: str) -> str:
    """A text of at most 8 KiB of UTF-8."""
    raw = message.encode("utf-8", "backslashreplace")  # a lone surrogate stays readable
    if len(raw) > MAX_MESSAGE:
        raw = raw[: MAX_MESSAGE - len(CUT)]
        return raw.decode("utf-8", "ignore") + CUT
    return raw.decode()


def rebuild(failure: Failure) -> Exception:
    """The exception again, of its own class; ``ActivityError`` where that class cannot be had here."""
    cls = _class_named(failure.type)
    if cls is None:
        return ActivityError(failure.type, failure.message)
    try:
        error = _made(cls, failure)
        return error if _says(error, failure.message) else _with_text(cls, failure)
    except Exception as problem:  # a class may forbid it: final, a metaclass, a foreign __new__
        stand_in = ActivityError(failure.type, failure.message)
        stand_in.__cause__ = problem
        return stand_in


def _class_named(name: str) -> type[Exception] | None:
    found = find("builtins", name)
    parts = name.split(".")
    candidates = [(".".join(parts[:at]), ".".join(parts[at:])) for at in range(len(parts) - 1, 0, -1)]
    # Modules that are loaded come first: importing shop.Order to look for a nested class is a wasted search.
    for module, qualname in sorted(candidates, key=lambda pair: pair[0] not in sys.modules):
        found = found or find(module, qualname)
    return found if isinstance(found, type) and issubclass(found, Exception) else None


def _read_failure(wire: Any) -> Exception:
    return rebuild(Failure.from_wire(wire))


def _made(cls: type[Exception], failure: Failure) -> Exception:
    args = _restored(failure.args)
    attributes = cast(dict[str, Any], failure.attributes or {})
    state = {name: _restored(value) for name, value in attributes.items()}
    group = tuple(state.pop(name) for name in GROUP) if issubclass(cls, BaseExceptionGroup) else ()
    kept = {name: value for name, value in state.items() if value is not _LOST}
    return filled(blank(cls, group), args if isinstance(args, tuple) else (failure.message,), kept)


_LOST: Final = object()


def _restored(wire: Any) -> Any:
    try:
        return read(wire, _read_failure)
    except Refused:
        return _LOST  # its class is not deployed here; the error itself still is


def _says(error: Exception, message: str) -> bool:
    try:
        return str(error) == message
    except Exception:
        return False


def _with_text(cls: Any, failure: Failure) -> Exception:
    error = _made(texted(cls), failure)
    vars(error)[TEXT] = failure.message
    return error
