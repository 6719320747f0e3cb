"""Random values of a type, with the ones among them that have made a difference."""

from random import Random
from typing import Any

from portable_faas_aws.jsonata.types import (
    MAX_INT,
    Array,
    Bool,
    Float,
    Int,
    Map,
    Object,
    Optional,
    Record,
    Text,
    Tuple,
    Type,
)

from tests.unit.aws.jsonata.agreement import Thing

INTS = [0, 1, 2, 3, -1, -2, 5, 10, -7, 37, MAX_INT, -MAX_INT, 94906267, 10**15, 4503599627370497]
TEXTS = ["", "a", "b", "ab", "a,b", ",", "0", "\U0001f600", "é,b", "\uffee", "Zz", " x ", "aXa", "$0", "İß", 'q"\\']
FLOATS = [0.0, 1.0, -1.0, 0.5, -2.5, 0.1, 1e16, 1e-7, 2.675, 1e300, 123456.789]
KEYS = ["a", "b", "ab", "", "k", "constructor", "10", "9", "__proto__"]


def value(chance: Random, type_: Type) -> Any:
    """A value within the bounds of the type."""
    match type_:
        case Int(lo, hi):
            return chance.choice([each for each in [*INTS, lo, hi] if lo <= each <= hi])
        case Text(limit):
            return chance.choice([each for each in TEXTS if limit is None or len(each) <= limit])
        case Bool():
            return chance.random() < 0.5
        case Float():
            return chance.choice(FLOATS)
        case Optional(of):
            return None if chance.random() < 0.4 else value(chance, of)
    return _container(chance, type_)


def _container(chance: Random, type_: Type) -> Any:
    match type_:
        case Array(item, limit):
            longest = 3 if limit is None else min(3, limit)
            return [value(chance, item) for _ in range(chance.choice([0, 1, 1, 2, 3][: longest + 2]))]
        case Tuple(items):
            return tuple(value(chance, item) for item in items)
        case Object(fields):
            return {key: value(chance, each) for key, each in fields}
        case Record(fields):
            return Thing(**{key: value(chance, each) for key, each in fields})
        case Map(inside, limit, longest):
            keys = [key for key in KEYS if longest is None or len(key) <= longest]
            return {
                key: value(chance, inside)
                for key in chance.sample(keys, min(chance.choice([0, 1, 1, 2, 3]), limit or 3))
            }
    return None
