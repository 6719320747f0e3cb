"""Which unions can be told apart on the wire, and by what."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NamedTuple, TypedDict

import pydantic
import pytest

from portable_faas.errors import NotPortable
from portable_faas.values import decode, dumps, encode, loads, portable


class Colour(Enum):
    RED = "r"


class Kind(Enum):
    CARD = "card"
    CASH = "cash"


@dataclass
class Card:
    number: str
    kind: Literal["card"] = "card"


@dataclass
class Cash:
    amount: int
    kind: Literal["cash"] = "cash"


@dataclass
class ByMember:
    kind: Literal[Kind.CARD]


@dataclass
class Other:
    number: str


class Dog(TypedDict):
    kind: Literal["dog"]
    age: int


class Cat(TypedDict):
    kind: Literal["cat", "lion"]


class EnumDog(TypedDict):
    kind: Literal[Kind.CARD]


class Maybe(TypedDict, total=False):
    kind: Literal["maybe"]


class Tup(NamedTuple):
    kind: Literal["tup"]


class Model(pydantic.BaseModel):
    kind: Literal["model"] = "model"
    x: int


@dataclass
class Leaf:
    value: int
    kind: Literal["leaf"] = "leaf"


@dataclass
class Branch:
    children: "list[Branch | Leaf]"
    kind: Literal["branch"] = field(default="branch")
    next: "Branch | Leaf | None" = None


ACCEPTED: list[tuple[Any, list[object]]] = [
    (int | str, [1, "a"]),
    (int | str | None, [1, "a", None]),
    (bool | int, [True, 1]),
    (float | str, [1.5, "a"]),
    (list[int] | dict[str, int] | str, [[1], {"a": 1}, "b"]),
    (datetime | int | None, [3, None]),
    (Card | str | None, [Card("1"), "a", None]),
    (Card | list[Card], [Card("1"), [Card("2")]]),
    (Card | Cash, [Card("1"), Cash(2)]),
    (Card | Cash | None | list[str], [Card("1"), Cash(2), None, ["a"]]),
    (ByMember | Cash, [ByMember(Kind.CARD), Cash(1)]),
    (Dog | Cat, [{"kind": "dog", "age": 1}, {"kind": "cat"}, {"kind": "lion"}]),
    (EnumDog | Cat, [{"kind": Kind.CARD}, {"kind": "cat"}]),
    (Card | Dog | Tup | Model, [Card("1"), {"kind": "dog", "age": 1}, Tup("tup"), Model(x=1)]),
    (Literal["a"] | Literal["b", 1] | None, ["a", "b", 1, None]),
    (Colour | int, [Colour.RED, 1]),
    (tuple[int, str] | int, [(1, "a"), 2]),
    (Branch | Leaf, [Branch([Leaf(1), Branch([])], next=Leaf(2)), Leaf(1)]),
]


@pytest.mark.parametrize(("tp", "values"), ACCEPTED, ids=str)
def test_accepted(tp: Any, values: list[object]) -> None:
    assert portable(tp) is None
    for value in values:
        back = decode(tp, loads(dumps(encode(tp, value))))
        assert back == value
        assert type(back) is type(value)


TWO_STRINGS = "are both a string on the wire; declare one of them, or wrap each in a dataclass with a Literal tag field"
TWO_OBJECTS = (
    "are both an object on the wire; give each class a field such as kind: Literal['a'], or declare one of them"
)


@pytest.mark.parametrize(
    ("tp", "problem"),
    [
        (datetime | str, f"datetime | str cannot cross: datetime and str {TWO_STRINGS}"),
        (datetime | date | None, f"date | datetime cannot cross: date and datetime {TWO_STRINGS}"),
        (Decimal | str, f"Decimal | str cannot cross: Decimal and str {TWO_STRINGS}"),
        (Literal["a"] | str, f"Literal['a'] | str cannot cross: Literal['a'] and str {TWO_STRINGS}"),
        (
            int | float,
            "float | int cannot cross: float and int are both a number on the wire; "
            "write float, which takes an int as well",
        ),
        (
            list[int] | tuple[int, ...],
            "list[int] | tuple[int, ...] cannot cross: list[int] and tuple[int, ...] are both "
            "an array on the wire; declare one of them, or wrap each in a dataclass with a "
            "Literal tag field",
        ),
        (Card | Other, f"Card | Other cannot cross: Card and Other {TWO_OBJECTS}"),
        (Card | Card | ByMember, f"ByMember | Card cannot cross: ByMember and Card {TWO_OBJECTS}"),
        (Card | dict[str, int], f"Card | dict[str, int] cannot cross: Card and dict[str, int] {TWO_OBJECTS}"),
        (Maybe | Cat, f"Cat | Maybe cannot cross: Cat and Maybe {TWO_OBJECTS}"),
        (Any | int, "Any | int is no more than object; write object, or leave object out"),
    ],
    ids=str,
)
def test_refused(tp: Any, problem: str) -> None:
    assert portable(tp) == problem


@pytest.mark.parametrize(
    ("tp", "wire", "path", "problem"),
    [
        (Card | Cash, {"kind": "x"}, "v.kind", "no member of Card | Cash has this kind; use one of 'card', 'cash'"),
        (Card | Cash, {"kind": []}, "v.kind", "no member of Card | Cash has this kind; use one of 'card', 'cash'"),
        (
            Card | Cash,
            {"number": "1"},
            "v.kind",
            "the field is missing; Card | Cash needs it to tell its members apart, so use one of 'card', 'cash'",
        ),
        (
            Dog | Cat,
            {},
            'v["kind"]',
            "the field is missing; Cat | Dog needs it to tell its members apart, so use one of 'cat', 'lion', 'dog'",
        ),
        (
            Card | Cash,
            {"kind": "cash", "amount": "1"},
            "v.amount",
            "a str may not cross as int; nothing is coerced, so convert it or declare str",
        ),
        (Card | Cash, 3, "v", "an int may not cross as Card | Cash; pass what is declared, or declare what is passed"),
        (int | str, None, "v", "None may not cross as int | str; declare int | str | None"),
    ],
    ids=str,
)
def test_wrong_wire(tp: Any, wire: object, path: str, problem: str) -> None:
    with pytest.raises(NotPortable) as caught:
        decode(tp, wire, "v")
    assert (caught.value.path, caught.value.problem) == (path, problem)


def test_wrong_tag_of_a_dict() -> None:
    with pytest.raises(NotPortable) as caught:
        encode(Dog | Cat, {"kind": "cow"}, "v")
    assert caught.value.path == 'v["kind"]'


def test_the_order_of_members_does_not_change_the_text() -> None:
    texts = set()
    for tp in (int | str, str | int, list[int | str], list[str | int]):
        with pytest.raises(NotPortable) as caught:
            encode(tp, [1.5] if tp not in (int | str,) else 1.5)
        texts.add(caught.value.problem)
    assert texts == {
        "a float may not cross as int | str; pass what is declared, or declare what is passed",
    }
