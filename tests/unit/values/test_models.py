"""Pydantic models cross by our rules and are validated by theirs."""

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import pydantic
import pydantic.dataclasses
import pytest
from pydantic import AliasChoices, AliasPath, ConfigDict, Field

from portable_faas.errors import NotPortable
from portable_faas.values import decode, dumps, encode, loads, portable

T = TypeVar("T")


class Line(pydantic.BaseModel):
    item: str
    price: Annotated[float, Field(ge=0)]


class Order(pydantic.BaseModel):
    model_config = ConfigDict(frozen=True)
    id: int = Field(alias="orderId")
    lines: list[Line] = []
    due: datetime | None = None
    parent: "Order | None" = None


class Choice(pydantic.BaseModel):
    a: int = Field(validation_alias=AliasChoices("first", "second"))


class ByPath(pydantic.BaseModel):
    a: int = Field(validation_alias=AliasPath("x", 0))


class Open(pydantic.BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Box(pydantic.BaseModel, Generic[T]):
    item: T


class Root(pydantic.RootModel[list[int]]):
    pass


class Holder(pydantic.BaseModel):
    root: Root
    text: str | None


class Even(pydantic.BaseModel):
    n: int

    @pydantic.field_validator("n")
    @classmethod
    def even(cls, n: int) -> int:
        if n % 2:
            raise ValueError("odd")
        return n


class Address(pydantic.BaseModel):
    url: pydantic.HttpUrl


@pydantic.dataclasses.dataclass
class Checked:
    n: Annotated[int, Field(gt=0)]


@pytest.mark.parametrize(
    ("tp", "value", "wire"),
    [
        (Line, Line(item="a", price=1), {"item": "a", "price": 1.0}),
        (
            Order,
            Order(orderId=1, lines=[Line(item="a", price=1)], due=datetime(2026, 1, 1, tzinfo=UTC)),
            {
                "orderId": 1,
                "lines": [{"item": "a", "price": 1.0}],
                "due": "2026-01-01T00:00:00.000000Z",
                "parent": None,
            },
        ),
        (Order, Order(orderId=1, parent=Order(orderId=2)), None),
        (Choice, Choice.model_validate({"first": 1}), {"first": 1}),
        (Open, Open(a=1, more=[1]), {"a": 1, "more": [1]}),  # type: ignore[call-arg]
        (Box[int], Box[int](item=1), {"item": 1}),
        (Root, Root([1, 2]), [1, 2]),
        (Holder, Holder(root=Root([1]), text=None), {"root": [1], "text": None}),
        (Root | int, Root([1]), [1]),
        (Checked, Checked(1), {"n": 1}),
    ],
    ids=str,
)
def test_round_trip(tp: Any, value: object, wire: object) -> None:
    out = encode(tp, value)
    assert wire is None or out == wire
    back = decode(tp, loads(dumps(out)))
    assert back == value
    assert type(back) is type(value)


def test_nan_is_refused_where_pydantic_would_write_null() -> None:
    with pytest.raises(NotPortable) as caught:
        encode(Order, Order(orderId=1, lines=[Line(item="a", price=math.inf)]), "order")
    assert caught.value.path == "order.lines[0].price"


@pytest.mark.parametrize(
    ("tp", "wire", "path"),
    [
        (Order, {"orderId": "1"}, "v.orderId"),
        (Order, {}, "v.orderId"),
        (Order, {"id": 1}, "v.id"),
        (Order, {"orderId": 1, "lines": [{"item": "a", "price": -1}]}, "v.lines[0]"),
        (Even, {"n": 1}, "v"),
        (Open, {"a": 1, "x": float("nan")}, "v.x"),
        (Open, [], "v"),
        (Root, ["a"], "v[0]"),
        (Checked, {"n": 0}, "v"),
    ],
)
def test_refused(tp: Any, wire: object, path: str) -> None:
    with pytest.raises(NotPortable) as caught:
        decode(tp, wire, "v")
    assert caught.value.path == path


def test_validation_error_is_the_cause() -> None:
    with pytest.raises(NotPortable, match="Even refused its fields with ValidationError") as caught:
        decode(Even, {"n": 1})
    assert isinstance(caught.value.__cause__, pydantic.ValidationError)


def test_subclass_is_refused() -> None:
    class More(Line):
        extra: int

    with pytest.raises(NotPortable, match="More, a subclass, may not cross as Line"):
        encode(Line, More(item="a", price=1, extra=2))
    with pytest.raises(NotPortable, match="may not cross as Root"):
        encode(Root, [1])


def test_models_that_are_not_portable() -> None:
    assert portable(ByPath) == "field a of ByPath has only an AliasPath; give it a plain alias"
    assert str(portable(Address)).startswith("field url of Address: HttpUrl is not portable")
