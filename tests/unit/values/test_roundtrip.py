"""Types and values drawn together: what goes out comes back, equal and of the same class."""

import dataclasses
import enum
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import GenericAlias
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

from hypothesis import given
from hypothesis import strategies as st

from portable_faas.errors import NotPortable
from portable_faas.values import decode, dumps, encode, loads

Drawn = tuple[Any, st.SearchStrategy[Any]]


class Colour(enum.Enum):
    RED = "r"
    ONE = 1
    NO = False
    HALF = 0.5


class Size(enum.StrEnum):
    S = "s"
    M = "m"


zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones | st.just(UTC))
SCALARS: list[Drawn] = [
    (type(None), st.none()),
    (bool, st.booleans()),
    (int, st.integers(-(2**53) + 1, 2**53 - 1)),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (str, st.text()),
    (datetime, moments),
    (date, st.dates()),
    (timedelta, st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (uuid.UUID, st.uuids()),
    (bytes, st.binary()),
    (Colour, st.sampled_from(Colour)),
    (Size, st.sampled_from(Size)),
    (Literal["a", 2, True], st.sampled_from(["a", 2, True])),
]

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.floats(0.25, 1.75),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _dataclass(fields: list[Drawn], frozen: bool, slots: bool) -> Drawn:
    names = [f"f{at}" for at in range(len(fields))]
    pairs = [(name, tp) for name, (tp, _) in zip(names, fields, strict=True)]
    cls = dataclasses.make_dataclass("Record", pairs, frozen=frozen, slots=slots)
    values = {name: strategy for name, (_, strategy) in zip(names, fields, strict=True)}
    return cls, st.fixed_dictionaries(values).map(lambda kwargs: cls(**kwargs))


def _named_tuple(fields: list[Drawn]) -> Drawn:
    cls: Any = NamedTuple("Named", [(f"f{at}", tp) for at, (tp, _) in enumerate(fields)])  # type: ignore[misc]
    return cls, st.tuples(*(strategy for _, strategy in fields)).map(cls._make)


def _typed_dict(fields: list[Drawn], optional: list[Drawn]) -> Drawn:
    needed = {f"f{at}": tp for at, (tp, _) in enumerate(fields)}
    cls: Any = TypedDict("Typed", needed | {f"o{at}": NotRequired[tp] for at, (tp, _) in enumerate(optional)})  # type: ignore[misc]
    values = {f"f{at}": strategy for at, (_, strategy) in enumerate(fields)}
    return cls, st.fixed_dictionaries(values, optional={f"o{at}": s for at, (_, s) in enumerate(optional)})


def _with_none(drawn: Drawn) -> Drawn:
    return drawn[0] | None, drawn[1] | st.none()


def _list(item: Drawn) -> Drawn:
    return GenericAlias(list, (item[0],)), st.lists(item[1], max_size=3)


def _dict(item: Drawn) -> Drawn:
    return GenericAlias(dict, (str, item[0])), st.dictionaries(st.text(), item[1], max_size=3)


def _tuple(item: Drawn) -> Drawn:
    return GenericAlias(tuple, (item[0], ...)), st.lists(item[1], max_size=3).map(tuple)


def _fixed(items: list[Drawn]) -> Drawn:
    return GenericAlias(tuple, tuple(tp for tp, _ in items)), st.tuples(*(strategy for _, strategy in items))


def _grown(inner: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    few = st.lists(inner, max_size=3)
    return st.one_of(
        *(inner.map(make) for make in (_list, _dict, _tuple, _with_none)),
        few.map(_fixed),
        st.builds(_dataclass, few, st.booleans(), st.booleans()),
        few.map(_named_tuple),
        st.builds(_typed_dict, few, few),
    )


types: st.SearchStrategy[Drawn] = st.recursive(st.sampled_from(SCALARS), _grown, max_leaves=6)


@given(types, st.data())
def test_what_goes_out_comes_back(drawn: Drawn, data: st.DataObject) -> None:
    tp, strategy = drawn
    value = data.draw(strategy)
    text = dumps(encode(tp, value))
    back = decode(tp, loads(text))
    assert back == value
    assert type(back) is type(value)
    assert dumps(encode(tp, back)) == text


@given(plain)
def test_plain_json_comes_back_as_a_copy(value: Any) -> None:
    back = decode(object, loads(dumps(encode(object, value))))
    assert repr(back) == repr(value)


@given(moments, moments)
def test_moments_compare_as_text(first: datetime, second: datetime) -> None:
    one, two = encode(datetime, first), encode(datetime, second)
    assert isinstance(one, str)
    assert isinstance(two, str)
    assert (one < two) == (first < second)


@given(plain, types)
def test_decoding_anything_never_fails_otherwise(wire: Any, drawn: Drawn) -> None:
    problem = _problem(drawn[0], wire)
    assert problem is None or (problem.path.startswith("value") and "; " in problem.problem)


def _problem(tp: Any, wire: Any) -> NotPortable | None:
    try:
        decode(tp, wire)
    except NotPortable as refused:
        return refused
    return None
