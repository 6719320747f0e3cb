"""From an annotation to its codec, once per type.

    compiled(dict[str, Order | None]) -> Codec("dict[str, Order | None]")

A class is known to its own fields before they are compiled, so that recursive types work.
"""

import collections.abc
import typing
from collections.abc import Callable
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin

from portable_faas.values import containers, models, records, unions
from portable_faas.values.annotation import is_alias, is_union, opened, shown, unaliased
from portable_faas.values.choices import enum, literal, literal_wires
from portable_faas.values.codec import OBJECT, Codec, Refused, Unportable
from portable_faas.values.plain import ANYTHING
from portable_faas.values.scalars import scalar

Scalars = Callable[[Any], Codec | None]
_CACHE: Final[dict[Any, Codec]] = {}


def compiled(tp: Any) -> Codec:
    """The codec of an annotation; ``Unportable``, a ``TypeError``, says what to write instead."""
    try:
        return _CACHE[tp]
    except KeyError:
        pass
    except TypeError:  # unhashable metadata in Annotated
        return _compile(tp)
    return _compile(tp)


def compiled_with(tp: Any, cache: dict[Any, Codec], scalars: Scalars) -> Codec:
    """The same with scalars of another wire form, which ``cache`` keeps apart."""
    known = cache.get(tp)
    return known if known is not None else _compile(tp, cache, scalars)


def _compile(tp: Any, cache: dict[Any, Codec] = _CACHE, scalars: Scalars = scalar) -> Codec:
    compiler = _Compiler(cache, scalars)
    try:
        codec = compiler.one(tp)
    except RecursionError:
        raise Unportable(f"{shown(tp)} has no end; a type may refer to itself only with the same arguments") from None
    cache.update(compiler.done)  # only now, since a codec in a cycle may lean on one that failed
    return codec


class _Compiler:
    def __init__(self, cache: dict[Any, Codec], scalars: Scalars) -> None:
        self.cache = cache
        self.scalars = scalars
        self.pending: dict[Any, Codec] = {}
        self.done: dict[Any, Codec] = {}

    def one(self, tp: Any) -> Codec:
        if isinstance(tp, str | typing.ForwardRef):
            raise Unportable(f"the name {shown(tp)} cannot be resolved; define it at module level")
        try:
            known = self.cache.get(tp) or self.done.get(tp)
        except TypeError:  # unhashable metadata in Annotated
            return self._build(opened(tp))
        if known is not None:
            return known
        if tp in self.pending:
            return _reference(self.pending[tp])
        codec = self.done[tp] = self._alias(tp) if is_alias(tp) else self._build(opened(tp))
        return codec

    def _alias(self, tp: Any) -> Codec:
        target = unaliased(tp)
        holder = self.pending[tp] = Codec(shown(tp), frozenset(), ())
        codec = self.one(target)
        holder.using(codec.encode, codec.decode)
        codec.open = codec.open or holder.open
        del self.pending[tp]
        return codec

    def _build(self, tp: Any) -> Codec:
        if is_alias(tp):
            return self.one(tp)
        if tp is Any or tp is object:
            return ANYTHING
        if is_union(tp):
            return self._union(tp)
        origin, args = get_origin(tp) or tp, get_args(tp)
        if origin is Literal:
            return literal(args)
        if tp is typing.NoReturn or tp is typing.Never:
            return _nothing()
        if origin in (list, dict, tuple):
            return self._container(origin, args, tp)
        found = self.scalars(type(None) if tp is None else tp) if isinstance(tp, type) or tp is None else None
        return found or self._class(tp, origin, args)

    def _union(self, tp: Any) -> Codec:
        members = list(_flat(tp))
        rest = [member for member in members if member is not type(None)]
        literals = tuple(value for member in rest if get_origin(member) is Literal for value in get_args(member))
        codecs = [self.one(member) for member in rest if get_origin(member) is not Literal]
        if literals:
            codecs.append(self.one(Literal[literals]))
        codecs.sort(key=lambda codec: codec.name)  # A | B and B | A are one type, so they have one text
        if ANYTHING in codecs and len(codecs) > 1:
            raise Unportable(f"{shown(tp)} is no more than object; write object, or leave object out")
        codec = codecs[0] if len(codecs) == 1 else unions.union(tuple(codecs))
        return unions.optional(codec) if len(rest) < len(members) else codec

    def _container(self, origin: Any, args: tuple[Any, ...], tp: Any) -> Codec:
        if origin is list:
            return containers.list_of(self.one(args[0]) if args else ANYTHING)
        if origin is dict:
            return self._dict(args, tp)
        if not args and get_origin(tp) is None:
            return containers.tuple_of(ANYTHING)
        if len(args) == 2 and args[1] is Ellipsis:
            return containers.tuple_of(self.one(args[0]))
        if any(getattr(arg, "__unpacked__", False) or get_origin(arg) is typing.Unpack for arg in args):
            raise Unportable(f"{shown(tp)} has no fixed length; write tuple[T, ...], or a dataclass with a list")
        return containers.fixed_tuple(tuple(map(self.one, args)))

    def _dict(self, args: tuple[Any, ...], tp: Any) -> Codec:
        if args and unaliased(args[0]) is not str:
            raise Unportable(f"{shown(tp)} cannot cross, since JSON keys are text; write dict[str, {shown(args[1])}]")
        return containers.dict_of(self.one(args[1]) if args else ANYTHING)

    def _class(self, tp: Any, cls: Any, args: tuple[Any, ...]) -> Codec:
        if not isinstance(cls, type):
            raise Unportable(_foreign(tp, cls))
        if issubclass(cls, Enum):
            return enum(cls)
        name = records.display(cls, args)
        if typing.is_typeddict(cls):
            return self._record(tp, records.typed_dict(cls, args, name), records.typed_record)
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return self._record(tp, records.named_tuple(cls, args, name), records.record)
        if models.is_model(cls):
            return self._record(tp, models.model(cls, name), models.model_record)
        if hasattr(cls, "__dataclass_fields__"):
            return self._record(tp, records.dataclass(cls, args, name), records.record)
        raise Unportable(_foreign(tp, cls))

    def _record(self, tp: Any, plan: records.Plan, complete: Any) -> Codec:
        codec = Codec(plan.name, OBJECT, (plan.cls,))
        codec.tags.update(_tags(plan))
        self.pending[tp] = codec
        complete(plan, self.one, codec)
        del self.pending[tp]
        return codec


def _tags(plan: records.Plan) -> dict[str, tuple[object, ...]]:
    tags = {}
    for name, tp in plan.fields.items():
        tp = unaliased(tp)
        if get_origin(tp) is Literal and (plan.cls is not dict or name in plan.required):
            tags[name] = literal_wires(get_args(tp))
    return tags


def _reference(pending: Codec) -> Codec:
    codec = Codec(pending.name, pending.kinds, pending.types)
    codec.tags = pending.tags
    codec.open = pending.open = True
    return codec.using(lambda value: pending.encode(value), lambda wire: pending.decode(wire))


def _flat(tp: Any) -> collections.abc.Iterator[Any]:
    tp = unaliased(tp)
    if is_union(tp):
        for member in get_args(tp):
            yield from _flat(member)
    else:
        yield tp


def _nothing() -> Codec:
    def refuse(value: object) -> Any:
        raise Refused("it is declared never to have a value; declare what it returns")

    return Codec("NoReturn", frozenset(), ()).using(refuse, refuse)


_SEQUENCES: Final = (
    *(collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Collection),
    *(collections.abc.Iterable, collections.abc.Reversible),
)
_LAZY: Final = (
    *(collections.abc.Iterator, collections.abc.Generator, collections.abc.Callable, collections.abc.Awaitable),
    *(collections.abc.AsyncIterator, collections.abc.AsyncIterable, collections.abc.Coroutine),
)


def _foreign(tp: Any, cls: Any) -> str:
    return f"{shown(tp)} is not portable; {_instead(tp, cls)}"


def _instead(tp: Any, cls: Any) -> str:
    item = shown(get_args(tp)[0]) if get_args(tp) else "T"
    if isinstance(tp, typing.TypeVar):
        return "name the type it stands for, such as Box[int]"
    if cls in _SEQUENCES:
        return f"write list[{item}]"
    if cls in (collections.abc.Mapping, collections.abc.MutableMapping):
        return "write dict[str, T]"
    if cls in _LAZY:
        return "it may live between two awaits, not across one"
    if not isinstance(cls, type):
        return "write a portable type"
    if issubclass(cls, collections.abc.Set):
        return f"write list[{item}], since the order of a set differs between processes"
    if issubclass(cls, BaseException):
        return "raise it, or pass its text as str"
    if cls in (bytearray, memoryview):
        return "write bytes"
    return "make it a dataclass, TypedDict or NamedTuple of portable fields"
