"""What crosses and what does not, type by type, with the exact path and problem."""

import enum
import math
import re
import uuid
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NewType,
    NoReturn,
    NotRequired,
    Optional,
    Required,
    TypedDict,
    TypeVar,
    Union,
)

import pytest
from typing_extensions import TypeAliasType

from portable_faas.errors import NotPortable
from portable_faas.values import Signature, decode, dumps, encode, loads, portable
from tests.unit.values.samples import Box, Checked, LazyAlias, Line, Node, OwnInit, Point, Sealed

T = TypeVar("T")
U = TypeVar("U")
OrderId = NewType("OrderId", int)


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Size(enum.StrEnum):
    S = "s"


class Mixed(enum.Enum):
    YES = True
    TWO = 2
    HALF = 0.5
    NONE = None


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


@dataclass
class Order:
    id: int
    lines: list[Line]
    notes: dict[str, float] = field(default_factory=dict)


@dataclass
class SubLine(Line):
    extra: int = 0


@dataclass
class Tagged(Box[list[T]], Generic[T]):
    tag: T | None = None


Loose = namedtuple("Loose", "a b")


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Partial(TypedDict, total=False):
    title: Required[str]
    year: int


class Pair(TypedDict, Generic[T]):
    left: T
    right: list[T]


Json: Any = LazyAlias()
ListOf = TypeAliasType("ListOf", list[T], type_params=(T,))

MOMENT = datetime(2026, 11, 21, 8, 1, 41, 123456, tzinfo=UTC)
EAST = timezone(timedelta(hours=1))

GOOD: list[tuple[Any, object, object]] = [
    (None, None, None),
    (bool, True, True),
    (str, "é😀", "é😀"),
    (str, "", ""),
    (int, 2**53 - 1, 2**53 - 1),
    (int, -(2**53) + 1, -(2**53) + 1),
    (float, 1.5, 1.5),
    (float, 3, 3.0),
    (float, 1e300, 1e300),
    (list[int], [1, 2], [1, 2]),
    (list, [1, "a", None, {"b": [1.5]}], [1, "a", None, {"b": [1.5]}]),
    (dict, {"b": 1, "a": 2}, {"b": 1, "a": 2}),
    (tuple, (1, "a"), [1, "a"]),
    (dict[str, bool], {"": True}, {"": True}),
    (tuple[int, str], (1, "a"), [1, "a"]),
    (tuple[int, ...], (1, 2, 3), [1, 2, 3]),
    (tuple[()], (), []),
    (Point, Point(1, 2.0), {"x": 1, "y": 2.0}),
    (Loose, Loose(1, [2]), {"a": 1, "b": [2]}),
    (Line, Line("pen", 1), {"item": "pen", "price": 1.0, "count": 1}),
    (Sealed, Sealed(a=1, b=[2]), {"a": 1, "b": [2]}),
    (OwnInit, OwnInit(["a", "b"]), {"text": "a b", "n": 3}),
    (Box[int], Box(1, [2]), {"item": 1, "more": [2]}),
    (Tagged[int], Tagged([1], [[2]], 3), {"item": [1], "more": [[2]], "tag": 3}),
    (Node, Node(1, Node(2), [Node(3)]), None),
    (Movie, {"title": "M"}, {"title": "M"}),
    (Partial, {"title": "M", "year": 1}, {"title": "M", "year": 1}),
    (Pair[int], {"left": 1, "right": [2]}, {"left": 1, "right": [2]}),
    (Colour, Colour.RED, "r"),
    (Level, Level.HIGH, 2),
    (Size, Size.S, "s"),
    (Mixed, Mixed.YES, True),
    (Mixed, Mixed.NONE, None),
    (Mixed, Mixed.HALF, 0.5),
    (Rights, Rights.READ | Rights.WRITE, 3),
    (Literal["a", 1, True, None], "a", "a"),
    (Literal["a", 1, True, None], 1, 1),
    (Literal[Colour.RED], Colour.RED, "r"),
    (datetime, MOMENT, "2026-11-21T08:01:41.123456Z"),
    (datetime, datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
    (date, date(2026, 1, 2), "2026-01-02"),
    (timedelta, timedelta(days=-1, microseconds=7), -86399999993),
    (Decimal, Decimal("-1.50"), "-1.50"),
    (Decimal, Decimal("1E+5"), "1E+5"),
    (uuid.UUID, uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    (bytes, b"\x00\xff", "AP8="),
    (bytes, b"", ""),
    (Optional[int], None, None),  # noqa: UP045
    (int | None, 3, 3),
    (Union[str, int], "a", "a"),  # noqa: UP007
    (OrderId, 7, 7),
    (Annotated[int, "x"], 7, 7),
    (list[Annotated[int, []]], [7], [7]),
    (Annotated[list[int], {}], [7], [7]),
    (Json, {"a": [True, None, {"b": "c"}]}, {"a": [True, None, {"b": "c"}]}),
    (ListOf[int], [1], [1]),
    (object, {"a": [1, 1.5, "x", None, True]}, {"a": [1, 1.5, "x", None, True]}),
    (Any, "x", "x"),
]


def shown(part: object) -> str:
    """A test id that is the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", ascii(part))[:40]


@pytest.mark.parametrize(("tp", "value", "wire"), GOOD, ids=shown)
def test_good(tp: Any, value: object, wire: object) -> None:
    assert portable(tp) is None
    out = encode(tp, value)
    if wire is not None:
        assert repr(out) == repr(wire)
    back = decode(tp, loads(dumps(out)))
    assert back == value
    assert type(back) is type(value) or tp is float


def test_datetimes_become_utc() -> None:
    assert encode(datetime, MOMENT.astimezone(EAST)) == "2026-11-21T08:01:41.123456Z"
    assert decode(datetime, "2026-11-21T08:01:41.123456Z").tzinfo is UTC


@pytest.mark.parametrize("tp", [float, object, list[float], dict[str, float]])
def test_negative_zero_is_normalised(tp: Any) -> None:
    value = {"list": [-0.0], "dict": {"a": -0.0}}.get(getattr(tp, "__name__", ""), -0.0)
    assert "-" not in dumps(encode(tp, value))
    assert "-" not in repr(decode(tp, value))


def test_integral_number_is_an_int_again() -> None:
    assert repr(decode(int, 1.0)) == "1"
    assert repr(decode(timedelta, 2.0)) == "datetime.timedelta(microseconds=2)"
    assert decode(Level, 2.0) is Level.HIGH
    assert decode(Literal[1, "a"], 1.0) == 1
    assert repr(decode(float, 100000000000000000000)) == "1e+20"


NAN = "NaN may not cross a durable boundary; use None or a finite number"
INFINITE = "infinity may not cross a durable boundary; use None or a finite number"
BIG = "an int beyond 2**53 - 1 may not cross a durable boundary; use str or Decimal"
LONE = "text with a lone surrogate may not cross a durable boundary; replace it or pass bytes"
NAIVE = "a naive datetime may not cross a durable boundary; give it a time zone, such as datetime.now(timezone.utc)"
SUBCLASS = (
    "SubLine, a subclass, may not cross as Line, since what it adds would be lost; "
    "declare SubLine, or a union of classes with a Literal tag field"
)


class Text(str):
    __slots__ = ()


class Number(int):
    pass


class Moment(datetime):
    pass


INT_AS_STR = "an int may not cross as str; nothing is coerced, so convert it or declare int"

REFUSED: list[tuple[Any, object, str, str]] = [
    (float, math.nan, "v", NAN),
    (float, -math.inf, "v", INFINITE),
    (object, math.nan, "v", NAN),
    (object, {"a": [math.nan]}, 'v["a"][0]', NAN),
    (Order, Order(1, [Line("a", 1), Line("b", 2), Line("c", math.nan)]), "v.lines[2].price", NAN),
    (Order, Order(1, [], {"x y": math.nan}), 'v.notes["x y"]', NAN),
    (tuple[int, float], (1, math.nan), "v[1]", NAN),
    (Point, Point(1, math.nan), "v.y", NAN),
    (
        Movie,
        {"title": 1},
        'v["title"]',
        "an int may not cross as str; nothing is coerced, so convert it or declare int",
    ),
    (Movie, {"year": 1}, 'v["title"]', "the field is missing; Movie needs it"),
    (Movie, {"title": "a", "z": 1}, 'v["z"]', "Movie has no such field; use title, year"),
    (Movie, Line("a", 1), "v", "a Line may not cross as Movie; pass what is declared, or declare what is passed"),
    (int, True, "v", "a bool may not cross as int; nothing is coerced, so convert it or declare bool"),
    (int, 1.0, "v", "a float may not cross as int; nothing is coerced, so convert it or declare float"),
    (int, "1", "v", "a str may not cross as int; nothing is coerced, so convert it or declare str"),
    (int, None, "v", "None may not cross as int; declare int | None"),
    (int, 2**53, "v", BIG),
    (float, 2**53, "v", BIG),
    (object, -(2**53), "v", BIG),
    (int, Level.LOW, "v", "a Level may not cross as int; declare Level"),
    (str, Size.S, "v", "a Size may not cross as str; declare Size"),
    (int, Number(1), "v", "a Number may not cross as int; pass a plain int"),
    (str, Text("a"), "v", "a Text may not cross as str; pass a plain str"),
    (bool, 1, "v", "an int may not cross as bool; nothing is coerced, so convert it or declare int"),
    (float, True, "v", "a bool may not cross as float; nothing is coerced, so convert it or declare bool"),
    (str, "a\ud800", "v", LONE),
    (object, ["\udfff"], "v[0]", LONE),
    (dict[str, int], {"\ud800": 1}, "v", LONE),
    (dict[str, int], {1: 1}, "v", "an int may not be the key of a dict that crosses; make the keys str"),
    (object, {None: 1}, "v", "a NoneType may not be the key of a dict that crosses; make the keys str"),
    (object, {Size.S: 1}, "v", "a Size may not be the key of a dict that crosses; make the keys str"),
    (list[int], (1,), "v", "a tuple may not cross as list[int]; declare tuple[...] or pass what is declared"),
    (tuple[int, ...], [1], "v", "a list may not cross as tuple[int, ...]; declare list[...] or pass what is declared"),
    (tuple[int, int], (1,), "v", "1 items may not cross as tuple[int, int]; pass 2"),
    (tuple[int, float], Point(1, 1.0), "v", "a Point may not cross as tuple[int, float]; declare Point"),
    (
        list[int],
        {1},
        "v",
        "a set may not cross a durable boundary; "
        "pass sorted(...) as a list, since the order of a set differs between processes",
    ),
    (
        list[int],
        iter([1]),
        "v",
        "a list_iterator may not cross a durable boundary; it may live between two awaits, not across one",
    ),
    (dict, OrderedDict(), "v", "an OrderedDict may not cross as dict[str, a plain JSON value]; pass a plain dict"),
    (object, defaultdict(int), "v", "a defaultdict may not cross as a plain JSON value; pass a plain dict"),
    (
        object,
        (1,),
        "v",
        "a tuple may not cross as a plain JSON value; annotate the parameter, result or field with tuple[...]",
    ),
    (
        object,
        {"a": MOMENT},
        'v["a"]',
        "a datetime may not cross as a plain JSON value; annotate the parameter, result or field with datetime",
    ),
    (
        Any,
        [Line("a", 1)],
        "v[0]",
        "a Line may not cross as a plain JSON value; annotate the parameter, result or field with Line",
    ),
    (object, ValueError("x"), "v", "a ValueError may not cross a durable boundary; raise it, or pass its text"),
    (
        object,
        len,
        "v",
        "a builtin_function_or_method may not cross a durable boundary; it may live between two awaits, not across one",
    ),
    (Line, SubLine("a", 1), "v", SUBCLASS),
    (list[Line], [SubLine("a", 1)], "v[0]", SUBCLASS),
    (Line, {"item": "a"}, "v", "a dict may not cross as Line; pass what is declared, or declare what is passed"),
    (datetime, datetime(2026, 1, 1), "v", NAIVE),
    (
        datetime,
        date(2026, 1, 1),
        "v",
        "a date may not cross as datetime; pass what is declared, or declare what is passed",
    ),
    (datetime, Moment(2026, 1, 1, tzinfo=UTC), "v", "a Moment may not cross as datetime; pass a plain datetime"),
    (date, MOMENT, "v", "a datetime may not cross as date; pass what is declared, or declare what is passed"),
    (
        datetime,
        datetime(1, 1, 1, tzinfo=EAST),
        "v",
        "a datetime outside the years 1 to 9999 in UTC may not cross; move it inside",
    ),
    (
        timedelta,
        timedelta.max,
        "v",
        "a timedelta beyond 2**53 - 1 microseconds (285 years) may not cross; pass two datetimes",
    ),
    (Decimal, Decimal("NaN"), "v", NAN),
    (Decimal, Decimal("-Infinity"), "v", INFINITE),
    (Decimal, 1.5, "v", "a float may not cross as Decimal; pass what is declared, or declare what is passed"),
    (bytes, bytearray(b"a"), "v", "a bytearray may not cross a durable boundary; pass bytes(...) and declare bytes"),
    (Colour, "r", "v", "a str may not cross as Colour; pass what is declared, or declare what is passed"),
    (Literal["a", "b"], "c", "v", "'c' is not a value of Literal['a', 'b']; use one of 'a', 'b'"),
    (Literal[1], True, "v", "a bool may not cross as Literal[1]; pass what is declared, or declare what is passed"),
    (Literal["a"], [], "v", "a list may not cross as Literal['a']; declare list[...] or pass what is declared"),
    (int | str, 1.5, "v", "a float may not cross as int | str; pass what is declared, or declare what is passed"),
    (NoReturn, None, "v", "it is declared never to have a value; declare what it returns"),
]


@pytest.mark.parametrize(("tp", "value", "path", "problem"), REFUSED, ids=shown)
def test_refused_when_encoding(tp: Any, value: object, path: str, problem: str) -> None:
    with pytest.raises(NotPortable) as caught:
        encode(tp, value, "v")
    assert (caught.value.path, caught.value.problem) == (path, problem)


WIRE_REFUSED: list[tuple[Any, object, str, str]] = [
    (float, math.nan, "v", NAN),
    (float, 10**400, "v", INFINITE),
    (object, 2**53, "v", BIG),
    (int, 2.0**53, "v", BIG),
    (int, 1.5, "v", "a float may not cross as int; nothing is coerced, so convert it or declare float"),
    (int, True, "v", "a bool may not cross as int; nothing is coerced, so convert it or declare bool"),
    (str, "\ud800", "v", LONE),
    (Line, {"item": "a"}, "v.price", "the field is missing; Line needs it"),
    (Line, {"item": "a", "price": 1, "z": 1}, "v.z", "Line has no such field; use item, price, count"),
    (Line, [], "v", "a list may not cross as Line; declare list[...] or pass what is declared"),
    (Point, {"y": 1}, "v.x", "the field is missing; Point needs it"),
    (
        list[Order],
        [{"id": 1, "lines": [{"item": 3, "price": 1}]}],
        "v[0].lines[0].item",
        "an int may not cross as str; nothing is coerced, so convert it or declare int",
    ),
    (Checked, {"a": -1}, "v", "Checked refused its fields with ValueError: a is negative; pass values that it accepts"),
    (
        datetime,
        "2026-11-21T08:01:41Z",
        "v",
        "'2026-11-21T08:01:41Z' is not the wire form of datetime; write 2026-11-21T08:01:41.123456Z",
    ),
    (
        datetime,
        "2026-11-21T24:00:00.000000Z",
        "v",
        "'2026-11-21T24:00:00.000000Z' is not the wire form of datetime; write 2026-11-21T08:01:41.123456Z",
    ),
    (
        datetime,
        "2026-13-21T08:01:41.123456Z",
        "v",
        "'2026-13-21T08:01:41.123456Z' is not the wire form of datetime; write 2026-11-21T08:01:41.123456Z",
    ),
    (date, "20260102", "v", "'20260102' is not the wire form of date; write 2026-11-21"),
    (date, "2026-02-30", "v", "'2026-02-30' is not the wire form of date; write 2026-11-21"),
    (Decimal, "NaN", "v", "'NaN' is not the wire form of Decimal; write \"12.50\""),
    (Decimal, 1.5, "v", "a float may not cross as Decimal; pass what is declared, or declare what is passed"),
    (uuid.UUID, "7", "v", "'7' is not the wire form of UUID; write lower-case 8-4-4-4-12 hex digits"),
    (bytes, "a", "v", "'a' is not the wire form of bytes; write padded base64"),
    (bytes, "é", "v", "'\\xe9' is not the wire form of bytes; write padded base64"),
    (Colour, "x", "v", "'x' is not a value of Colour; use one of 'r', 'b'"),
    (Colour, ["r"], "v", "a list may not cross as Colour; declare list[...] or pass what is declared"),
    (Level, True, "v", "a bool may not cross as Level; pass what is declared, or declare what is passed"),
    (Rights, 4, "v", "4 is not a combination of Rights; use its flags"),
    (tuple[int, int], [1, 2, 3], "v", "3 items may not cross as tuple[int, int]; pass 2"),
    (None, 0, "v", "an int may not cross as None; pass what is declared, or declare what is passed"),
]


@pytest.mark.parametrize(("tp", "wire", "path", "problem"), WIRE_REFUSED, ids=shown)
def test_refused_when_decoding(tp: Any, wire: object, path: str, problem: str) -> None:
    with pytest.raises(NotPortable) as caught:
        decode(tp, wire, "v")
    assert (caught.value.path, caught.value.problem) == (path, problem)


@pytest.mark.parametrize(("tp", "value", "path", "problem"), REFUSED, ids=shown)
def test_same_problem_at_every_boundary(tp: Any, value: object, path: str, problem: str) -> None:
    def fn(order: Any) -> Any:
        return order

    fn.__annotations__ = {"order": tp, "return": tp}
    signature = Signature.of(fn, 0)
    attempts: list[tuple[str, Any]] = [
        ("order", lambda: signature.encode_args((value,), {})),
        ("order", lambda: signature.encode_args((), {"order": value})),
        ("order", lambda: signature.encode_input(value)),
        ("result", lambda: signature.encode_result(value)),
        ("status", lambda: encode(tp, value, "status")),
    ]
    for name, attempt in attempts:
        with pytest.raises(NotPortable) as caught:
            attempt()
        assert (caught.value.path, caught.value.problem) == (name + path[1:], problem)
