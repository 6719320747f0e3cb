"""How the arguments and the result of a function cross, read from its annotations.

def charge(order: Order, note: str = "") -> Receipt
Signature.of(charge, skip=0).encode_args((order,), {}) -> {"order": {...}}
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final, final

from portable_faas.errors import NotPortable
from portable_faas.values.annotation import resolved_one, shown
from portable_faas.values.codec import Codec, Unportable, Wire, decoded, encoded
from portable_faas.values.compiled import compiled
from portable_faas.values.plain import ANYTHING
from portable_faas.values.wire import dumps

_VARARGS: Final = 0x04  # inspect.CO_VARARGS and CO_VARKEYWORDS, without the import
_VARKEYWORDS: Final = 0x08


@final
class Signature:
    """The parameters of a function that cross, in order, and its result.

    The first ``skip`` parameters (the context) do not cross. Binding follows Python's own rules and wording;
    a parameter left to its default is not sent, so the default is the receiver's.
    """

    __slots__ = (
        "_codecs",
        "_fn_name",
        "_keyword_only",
        "_positional",
        "_positional_only",
        "_required",
        "_result",
        "names",
    )

    def __init__(self, fn: Callable[..., Any], skip: int, codecs: dict[str, Codec], result: Codec) -> None:
        code = fn.__code__
        positional = code.co_varnames[: code.co_argcount]
        self._fn_name = fn.__qualname__
        self._codecs = codecs
        self._result = result
        self._positional = positional[skip:]
        self._positional_only = frozenset(positional[skip : code.co_posonlyargcount])
        self._keyword_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        self.names = (*self._positional, *self._keyword_only)
        defaults = set(positional[len(positional) - len(fn.__defaults__ or ()) :]) | set(fn.__kwdefaults__ or ())
        self._required = tuple(name for name in self.names if name not in defaults)

    @classmethod
    def of(cls, fn: Callable[..., Any], skip: int) -> "Signature":
        """Read ``fn``; ``TypeError`` names the function and the parameter that cannot cross, and the remedy."""
        fn = written(fn)
        code = fn.__code__
        if code.co_flags & (_VARARGS | _VARKEYWORDS):
            raise TypeError(f"{fn.__qualname__}() takes *args or **kwargs, which cannot cross; name each parameter")
        if code.co_argcount < skip:
            raise TypeError(f"{fn.__qualname__}() takes the context as its first parameter; add ctx: Context")
        names = code.co_varnames[skip : code.co_argcount + code.co_kwonlyargcount]
        codecs = {name: _codec(fn, name, f"parameter {name}") for name in names}
        return cls(fn, skip, codecs, _codec(fn, "return", "the result"))

    def encode_args(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, Wire]:
        """Bind as a call does and encode; ``TypeError`` for a wrong call, ``NotPortable`` for a wrong value."""
        if kwargs or len(args) != len(self.names):
            bound: Mapping[str, object] = self._bind(args, kwargs)
        else:
            bound = dict(zip(self.names, args, strict=True)) if not self._keyword_only else self._bind(args, kwargs)
        codecs = self._codecs
        # In the order of the parameters, whatever the call's: equal calls have one wire form.
        return {name: encoded(codecs[name], bound[name], name) for name in self.names if name in bound}

    def decode_args(self, wire: object) -> dict[str, object]:
        """The keyword arguments of a call; ``NotPortable`` where they do not fit the function."""
        if type(wire) is not dict:
            raise NotPortable("arguments", f"{self._fn_name}() takes an object of its parameters; pass one")
        codecs = self._codecs
        unknown = wire.keys() - codecs.keys()
        if unknown:
            raise NotPortable(
                min(unknown), f"{self._fn_name}() has no such parameter; deploy caller and function together"
            )
        for name in self._required:
            if name not in wire:
                raise NotPortable(name, f"the argument is missing; {self._fn_name}() needs it")
        return {name: decoded(codecs[name], item, name) for name, item in wire.items()}

    def call(self, fn: Callable[..., Any], leading: tuple[object, ...], wire: object) -> Any:
        """Decode the arguments and call ``fn``, with ``leading`` for the parameters that do not cross."""
        arguments = self.decode_args(wire)
        if not self._positional_only:
            return fn(*leading, **arguments)
        first = [arguments.pop(name) for name in self._positional if name in self._positional_only & arguments.keys()]
        return fn(*leading, *first, **arguments)

    def encode_result(self, value: object) -> Wire:
        """The result in wire form; paths begin with ``result``."""
        wire: Wire = encoded(self._result, value, "result")
        return wire

    def decode_result(self, wire: object) -> Any:
        """The result of a wire form."""
        return decoded(self._result, wire, "result")

    def encode_input(self, value: object) -> Wire:
        """The one input of an orchestrator; ``TypeError`` if it takes none."""
        name = self._input()
        wire: Wire = encoded(self._codecs[name], value, name)
        return wire

    def decode_input(self, wire: object) -> Any:
        """The one input of an orchestrator from its wire form."""
        name = self._input()
        return decoded(self._codecs[name], wire, name)

    def dump_input(self, args: tuple[object, ...]) -> str | None:
        """The input of an orchestrator that is called with ``args``, as JSON; None where it is left out."""
        wire = self.encode_args(args, {})
        if not args:
            return None
        name = self._input()
        return dumps(wire[name], name)

    def _input(self) -> str:
        if len(self.names) != 1:
            raise TypeError(f"{self._fn_name}() takes {len(self.names)} inputs, not 1; put several in a dataclass")
        return self.names[0]

    def _bind(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, object]:
        bound = dict(zip(self._positional, args, strict=False))
        self._check_names(bound, kwargs)
        if len(args) > len(self._positional):
            raise TypeError(self._too_many(len(args), kwargs))
        bound.update(kwargs)
        self._check_missing(bound, self._positional, "positional")
        self._check_missing(bound, self._keyword_only, "keyword-only")
        return bound

    def _check_names(self, bound: Mapping[str, object], kwargs: Mapping[str, object]) -> None:
        wrong = [name for name in self._positional if name in self._positional_only and name in kwargs]
        for name in kwargs:
            if name not in self._codecs or name in self._positional_only:
                if wrong:
                    raise TypeError(
                        f"{self._fn_name}() got some positional-only arguments passed as keyword arguments: "
                        f"'{', '.join(wrong)}'"
                    )
                raise TypeError(f"{self._fn_name}() got an unexpected keyword argument '{name}'")
            if name in bound:
                raise TypeError(f"{self._fn_name}() got multiple values for argument '{name}'")

    def _too_many(self, given: int, kwargs: Mapping[str, object]) -> str:
        most = len(self._positional)
        least = sum(name in self._required for name in self._positional)
        takes = f"{most}" if least == most else f"from {least} to {most}"
        extra = sum(name in self._keyword_only for name in kwargs)
        many = "s" if (least != most or most != 1) else ""
        if extra:
            word = "s" if given != 1 else ""
            only = f"positional argument{word} (and {extra} keyword-only argument{'s' if extra != 1 else ''}) were"
        else:
            only = "was" if given == 1 else "were"
        return f"{self._fn_name}() takes {takes} positional argument{many} but {given} {only} given"

    def _check_missing(self, bound: Mapping[str, object], names: tuple[str, ...], kind: str) -> None:
        missing = [f"'{name}'" for name in names if name in self._required and name not in bound]
        if missing:
            plural = "s" if len(missing) > 1 else ""
            raise TypeError(
                f"{self._fn_name}() missing {len(missing)} required {kind} argument{plural}: {_enumerated(missing)}"
            )


def _enumerated(names: list[str]) -> str:
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def written(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function whose parameters and result count: below decorators that pass on whatever they are called with.

    ``functools.wraps`` says what they decorate, and ``inspect.signature`` looks there, too.
    """
    while fn.__code__.co_flags & (_VARARGS | _VARKEYWORDS) and isinstance(decorated := _decorated(fn), FunctionType):
        fn = decorated
    return fn


def _decorated(fn: Callable[..., Any]) -> object:
    return getattr(fn, "__wrapped__", None)


def _codec(fn: Callable[..., Any], name: str, what: str) -> Codec:
    if name not in fn.__annotations__:
        return ANYTHING
    annotation = fn.__annotations__[name]
    try:
        return compiled(resolved_one(annotation, fn.__globals__, _closure(fn)))
    except Unportable as error:
        raise TypeError(f"{fn.__qualname__}(): {what}: {shown(annotation)} cannot cross: {error}") from None


def _closure(fn: Callable[..., Any]) -> dict[str, object]:
    found = {}
    for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return found
