"""Values as clients write them, and the JSON Schema that tells them how."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from portable_faas.errors import NotPortable
from portable_faas.values import encode
from portable_faas.values.client import client_codec
from portable_faas.values.codec import decoded
from portable_faas.values.compiled import compiled
from portable_faas.values.schema import Schemas

MOMENT = datetime(2026, 11, 21, 8, 1, 41, 500000, UTC)


class Color(Enum):
    RED = "red"
    BLUE = 2


class Point(NamedTuple):
    x: float
    y: float = 0.0


class Extra(TypedDict):
    a: int
    b: NotRequired[str]


class Model(BaseModel):
    id: int
    name: str | None = None


@dataclass
class Node:
    name: str
    color: Color = Color.RED
    children: "list[Node]" = field(default_factory=list)
    kind: Literal["leaf", "tree"] = "leaf"
    at: datetime | None = None
    extra: Extra | None = None
    point: Point | None = None
    pair: tuple[int, str] | None = None
    table: dict[str, list[bool]] = field(default_factory=dict)
    model: Model | None = None
    amount: Decimal | None = None
    id: uuid.UUID | None = None
    data: bytes = b""
    day: date | None = None
    took: timedelta | None = None


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-21T08:01:41.500000Z", "2026-11-21T08:01:41.5Z", "2026-11-21T09:01:41.500+01:00"),
        *("2026-11-21T02:31:41.500000999-05:30", "2026-11-21T08:01:41.50Z"),
    ],
)
def test_a_time_may_be_written_in_every_usual_way(text: str) -> None:
    found = decoded(client_codec(datetime), text, "at")
    assert (found, found.tzinfo) == (MOMENT, UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-21T08:01:41", "2026-11-21", "20261121T080141Z", "2026-11-21T24:00:00Z", "2026-11-21T08:01:60Z"),
        *("2026-11-21t08:01:41z", "2026-11-21T08:01:41+0100", "0001-01-01T00:00:00+01:00", "2026-11-21T08:01:41.Z", ""),
    ],
)
def test_a_time_without_an_offset_or_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(NotPortable, match=r"at: .* is not the wire form of datetime"):
        decoded(client_codec(datetime), text, "at")


def test_between_our_own_processes_one_value_keeps_one_form() -> None:
    with pytest.raises(NotPortable):
        decoded(compiled(datetime), "2026-11-21T08:01:41.5Z", "at")
    upper = str(uuid.UUID(int=2**127 + 10)).upper()
    assert decoded(client_codec(uuid.UUID), upper, "id") == uuid.UUID(upper)
    with pytest.raises(NotPortable):
        decoded(compiled(uuid.UUID), upper, "id")


TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
INTS = st.integers(-(2**53) + 1, 2**53 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda n: n + 0.0)
POINTS = st.builds(Point, FLOATS, FLOATS)
NODES = st.recursive(
    st.builds(
        Node,
        TEXT,
        st.sampled_from(Color),
        kind=st.sampled_from(["leaf", "tree"]),
        at=st.none() | st.datetimes(timezones=st.just(UTC)),
        extra=st.none() | st.fixed_dictionaries({"a": INTS}, optional={"b": TEXT}),
        point=st.none() | POINTS,
        pair=st.none() | st.tuples(INTS, TEXT),
        table=st.dictionaries(TEXT, st.lists(st.booleans(), max_size=2), max_size=2),
        model=st.none() | st.builds(Model, id=INTS, name=st.none() | TEXT),
        amount=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        id=st.none() | st.uuids(),
        data=st.binary(max_size=5),
        day=st.none() | st.dates(),
        took=st.none() | st.timedeltas(timedelta(days=-9000), timedelta(days=9000)),
    ),
    lambda inner: st.builds(Node, TEXT, children=st.lists(inner, max_size=2)),
    max_leaves=3,
)


def validator(tp: Any) -> jsonschema.Draft202012Validator:
    schemas = Schemas()
    schema = schemas.of(tp)
    return jsonschema.Draft202012Validator({**schema, "components": {"schemas": schemas.definitions}})


NODE = validator(Node)


@given(NODES)
def test_what_we_encode_fits_the_schema_and_comes_back(node: Node) -> None:
    wire = encode(Node, node)
    NODE.validate(wire)
    assert decoded(client_codec(Node), wire, "node") == node


@pytest.mark.parametrize(
    "wire",
    [
        *({}, {"name": 1}, {"name": "a", "more": 1}, {"name": "a", "color": "green"}, {"name": "a", "pair": [1]}),
        *({"name": "a", "children": [{}]}, {"name": "a", "table": {"x": [1]}}, {"name": "a", "extra": {"b": "x"}}),
        *(
            {"name": "a", "kind": "x"},
            {"name": "a", "model": {"id": "1"}},
            {"name": "a", "pair": [1, "a", 2]},
            [],
            None,
        ),
    ],
)
def test_what_the_schema_refuses_the_decoder_refuses(wire: Any) -> None:
    assert not NODE.is_valid(wire)
    with pytest.raises(NotPortable):
        decoded(client_codec(Node), wire, "node")


def test_the_schema_of_scalars_and_names() -> None:
    schemas = Schemas()
    assert schemas.of(datetime) == {"type": "string", "format": "date-time"}
    assert schemas.of(list[Point]) == {"type": "array", "items": {"$ref": "#/components/schemas/Point"}}
    assert schemas.of(Literal["a", 1]) == {"enum": ["a", 1]}
    assert schemas.of(object) == {}
    assert schemas.of(dict[str, int | None])["additionalProperties"]["anyOf"][1] == {"type": "null"}
    assert schemas.definitions["Point"]["required"] == ["x"]
    other = type("Point", (), {"__annotations__": {"z": int}})
    schemas.of(dataclass(other))
    assert sorted(schemas.definitions) == ["Point", "Point2"]
