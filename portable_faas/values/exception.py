"""What an exception is made of, and how it is put together again without ``__init__``, whose signature nobody knows.

Declined("no funds", code=7)    ->    blank(Declined, {}), then filled(..., ("no funds",), {"code": 7})
"""

from types import MemberDescriptorType
from typing import Any, Final, cast

TEXT: Final = "__portable_text__"  # where an instance keeps a text that its class would not give
GROUP: Final = ("message", "exceptions")  # what an ExceptionGroup is made with, and cannot be given later


def class_of(error: Exception) -> type[Exception]:
    """The class of an exception, also of one that keeps its text."""
    cls = type(error)
    return cls.__mro__[1] if _TEXTED.get(cls.__mro__[1]) is cls else cls


def attributes_of(error: Exception) -> dict[str, Any]:
    """``__dict__`` and the slots that carry a value, those of builtins (``errno``) included."""
    state = {name: value for name in _slots(type(error)) if (value := getattr(error, name, None)) is not None}
    state.update((name, value) for name, value in vars(error).items() if name != TEXT)
    return state


def _slots(cls: type) -> list[str]:
    classes = [base for base in cls.__mro__ if base not in (BaseException, object)]
    return [name for base in classes for name, at in vars(base).items() if isinstance(at, MemberDescriptorType)]


def blank(cls: type[Exception], group: tuple[Any, ...] = ()) -> Exception:
    """An exception without arguments and attributes; ``group`` are the two values that a group is made with."""
    builtins: list[Any] = [base for base in cls.__mro__ if base.__module__ == "builtins"]
    if issubclass(cls, BaseExceptionGroup):
        return cast(Exception, builtins[0].__new__(cls, *group))
    for builtin in builtins:
        try:
            return cast(Exception, builtin.__new__(cls))
        except TypeError:
            # Python allows only the `__new__` of the base that decides the layout: with (KeyError, OSError) OSError's.
            continue
    raise TypeError(f"{cls.__qualname__} has no builtin exception that can make it")


def filled(error: Exception, args: tuple[Any, ...], attributes: dict[str, Any]) -> Exception:
    """The same exception, which now has these arguments and attributes."""
    BaseException.args.__set__(error, args)  # type: ignore[attr-defined]
    slots = set(_slots(type(error)))
    for name, value in attributes.items():
        if name in slots:
            object.__setattr__(error, name, value)
        else:
            vars(error)[name] = value
    return error


_TEXTED: Final[dict[type, type[Exception]]] = {}


def texted(cls: Any) -> type[Exception]:
    """The class whose instances give the text at ``TEXT``, and are otherwise those of ``cls``."""
    if cls not in _TEXTED:
        names = {name: getattr(cls, name) for name in ("__module__", "__qualname__", "__doc__")}
        _TEXTED[cls] = type(cls)(cls.__name__, (cls,), {**names, "__str__": _kept_text})
    return _TEXTED[cls]


def _kept_text(error: Exception) -> str:
    return str(vars(error)[TEXT])
