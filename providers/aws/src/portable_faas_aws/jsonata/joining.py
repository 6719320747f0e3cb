"""The smallest type that holds the values of two types: `join(Int(0, 1), Int(5, 9))` is `Int(0, 9)`."""

from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.types import (
    Array,
    Float,
    Int,
    Map,
    Mixed,
    Nothing,
    Null,
    Object,
    Opaque,
    Optional,
    Record,
    Text,
    Tuple,
    Type,
)


class Ambiguous(Exception):
    """An int and a float meet: `1.0` may be written as `1`, so the JSON would not tell which one it was."""


def join(one: Type, other: Type) -> Type:
    """The smallest type that holds both; ``Ambiguous`` for an int and a float in one place."""
    if one == other or isinstance(other, Nothing):
        return one
    if isinstance(one, Nothing):
        return other
    return _optional(one, other) or _alike(one, other) or _mixed(one, other)


def join_all(types: list[Type]) -> Type:
    """The smallest type that holds all of them; ``Nothing`` for none."""
    found: Type = Nothing()
    for each in types:
        found = join(found, each)
    return found


def or_none(type: Type) -> Type:
    """The type or None."""
    return type if isinstance(type, Optional | Null) else Null() if isinstance(type, Nothing) else Optional(type)


def largest(one: int | None, other: int | None) -> int | None:
    """The larger bound; None, which is no bound, is larger than all."""
    return None if one is None or other is None else max(one, other)


def total(one: int | None, other: int | None) -> int | None:
    """The sum of two bounds."""
    return None if one is None or other is None else one + other


def _optional(one: Type, other: Type) -> Type | None:
    if isinstance(one, Null):
        return or_none(other)
    if isinstance(other, Null):
        return or_none(one)
    if isinstance(one, Optional):
        return or_none(join(one.of, other.of if isinstance(other, Optional) else other))
    return or_none(join(one, other.of)) if isinstance(other, Optional) else None


def _alike(one: Type, other: Type) -> Type | None:
    """The join of two types of one kind."""
    if isinstance(one, Int) and isinstance(other, Int):
        return Int(min(one.lo, other.lo), max(one.hi, other.hi))
    if isinstance(one, Text) and isinstance(other, Text):
        return Text(largest(one.max, other.max))
    if isinstance(one, Array) and isinstance(other, Array):
        return Array(join(one.item, other.item), largest(one.max, other.max))
    if isinstance(one, Tuple) and isinstance(other, Tuple) and len(one.items) == len(other.items):
        return Tuple(tuple(join(a, b) for a, b in zip(one.items, other.items, strict=True)))
    if isinstance(one, Object | Map) and isinstance(other, Object | Map):
        return _dicts(one, other)
    return None


def _dicts(one: Object | Map, other: Object | Map) -> Type:
    if (
        isinstance(one, Object)
        and isinstance(other, Object)
        and [k for k, _ in one.fields] == [k for k, _ in other.fields]
    ):
        return Object(tuple((key, join(a, b)) for (key, a), (_, b) in zip(one.fields, other.fields, strict=True)))
    a, b = as_map(one), as_map(other)
    return Map(join(a.value, b.value), largest(a.max, b.max), largest(a.key, b.key))


def as_map(type: Object | Map) -> Map:
    """The same dict with its keys forgotten."""
    if isinstance(type, Map):
        return type
    keys = [len(key) for key, _ in type.fields]
    return Map(join_all([value for _, value in type.fields]), len(keys), max(keys, default=0))


def _mixed(one: Type, other: Type) -> Type:
    if isinstance(one, Opaque) or isinstance(other, Opaque):
        return Opaque()
    options: tuple[Type, ...] = ()
    for each in (*_options(one), *_options(other)):
        options = _added(options, each)
    return options[0] if len(options) == 1 else Mixed(options)


def _options(type: Type) -> tuple[Type, ...]:
    return type.options if isinstance(type, Mixed) else (type,)


def _added(options: tuple[Type, ...], new: Type) -> tuple[Type, ...]:
    for place, each in enumerate(options):
        if {each.__class__, new.__class__} == {Int, Float} and not holds(Guard.INT_OR_FLOAT, False):
            raise Ambiguous
        joined = each if each == new else None if isinstance(each, Record) else _alike(each, new)
        if joined is not None:
            return (*options[:place], joined, *options[place + 1 :])
    return (*options, new)
