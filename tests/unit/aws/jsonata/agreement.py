"""Whether what JSONata gives is what Python gives, read at the static type: value, kind, bounds and size."""

import json
from dataclasses import dataclass
from typing import Any

from portable_faas_aws.jsonata.types import (
    Array,
    Bool,
    Float,
    Int,
    Map,
    Mixed,
    Null,
    Object,
    Opaque,
    Optional,
    Record,
    Text,
    Tuple,
    Type,
    size,
)


class Thing:
    """What a `Record` stands for: an object with attributes."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def __repr__(self) -> str:
        return f"Thing({self.__dict__})"


def wire(value: Any) -> Any:
    """The JSON of a Python value."""
    if isinstance(value, Thing):
        return {key: wire(each) for key, each in vars(value).items()}
    if isinstance(value, list | tuple):
        return [wire(each) for each in value]
    return {key: wire(each) for key, each in value.items()} if isinstance(value, dict) else value


def agrees(type_: Type, python: Any, found: Any) -> bool:
    """Whether the JSON is the Python value, and both are of the static type."""
    return _same(type_, python, found) and _within_size(type_, found)


def _within_size(type_: Type, found: Any) -> bool:
    limit = size(type_)
    return limit is None or len(json.dumps(found)) <= limit


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _same(type_: Type, python: Any, found: Any) -> bool:
    match type_:
        case Int(lo, hi):
            return type(python) is int and _is_number(found) and found == python and lo <= python <= hi
        case Float():
            return type(python) is float and _is_number(found) and float(found) == python
        case Bool():
            return type(python) is bool and found is python
        case Null():
            return python is None and found is None
        case Text(limit):
            return type(python) is str and found == python and (limit is None or len(python) <= limit)
        case Optional(of):
            return found is None if python is None else _same(of, python, found)
        case Mixed(options):
            numbers = [option for option in options if isinstance(option, Int | Float)]
            is_ambiguous = _is_number(found) and len(numbers) > 1
            return not is_ambiguous and any(_same(option, python, found) for option in options)
        case Opaque(None):
            return _equal(wire(python), found)
        case Opaque(of):
            return of is not None and _same(of, python, found)
    return _same_container(type_, python, found)


def _same_container(type_: Type, python: Any, found: Any) -> bool:
    match type_:
        case Array(item, limit):
            short = limit is None or (isinstance(found, list) and len(found) <= limit)
            return type(python) is list and short and _same_items([item] * len(python), python, found)
        case Tuple(items):
            return type(python) is tuple and len(items) == len(python) and _same_items(list(items), python, found)
        case Object(fields):
            return type(python) is dict and _same_fields(dict(fields), python, found)
        case Record(fields):
            return type(python) is Thing and _same_fields(dict(fields), vars(python), found)
        case Map(value, limit, key):
            if type(python) is not dict or (limit is not None and len(python) > limit):
                return False
            short = key is None or all(len(each) <= key for each in python)
            return short and _same_fields(dict.fromkeys(python, value), python, found)
    return False


def _same_items(types: list[Type], python: Any, found: Any) -> bool:
    if not isinstance(found, list) or len(found) != len(python):
        return False
    return all(_same(type_, one, other) for type_, one, other in zip(types, python, found, strict=True))


def _same_fields(types: dict[str, Type], python: dict[str, Any], found: Any) -> bool:
    if not isinstance(found, dict) or found.keys() != python.keys() or types.keys() != python.keys():
        return False
    return all(_same(types[key], value, found[key]) for key, value in python.items())


def _equal(one: Any, other: Any) -> bool:
    """Equality of JSON in which true is not 1."""
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return bool(one == other)


@dataclass(frozen=True)
class Outcome:
    """What Python does: a value, or an exception."""

    value: Any = None
    error: Exception | None = None
