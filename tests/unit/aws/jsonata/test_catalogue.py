"""164 Python expressions with the JSONata one would write first and the one that is equal, on both engines.

What is recorded as wrong must be wrong: the catalogue is what the lowering is built on, and may not rot.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.jsonata.joining import join_all
from portable_faas_aws.jsonata.lowered import Lowered, Outlined
from portable_faas_aws.jsonata.types import MAX_INT, Array, Bool, Float, Int, Null, Object, Text, Type

from tests.unit.aws.jsonata.cases import cases_of, failures, lowered, outcome
from tests.unit.aws.jsonata.engines import Engine

ROWS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("catalogue.json").read_text("utf-8"))
IDS = [row["id"] for row in ROWS]


def same(one: Any, other: Any) -> bool:
    """Equality of JSON that tells booleans from numbers and sees the order of keys."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other and not (one == 0 and math.copysign(1, one) != math.copysign(1, other))
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def is_wrong(engine: Engine, row: dict[str, Any], text: str, guard: str | None) -> bool:
    """Whether any input gives something else than Python where the guard holds."""
    for inputs in row["inputs"]:
        holds, found = engine.evaluate([(guard or "true", inputs), (text, inputs)])
        if holds.value is False:
            continue
        expected = outcome(row["python"], inputs)
        if holds.value is not True or expected.error is not None or found.problem is not None:
            return True
        if not same(json.loads(json.dumps(expected.value)), found.value):
            return True
    return False


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_what_is_recorded_is_so(engine: Engine, row: dict[str, Any]) -> None:
    assert is_wrong(engine, row, row["naive"], None) == (engine.name in row["naive_wrong_on"])
    if row["lowered"] is not None:
        assert is_wrong(engine, row, row["lowered"], row["guard"]) == (engine.name in row["lowered_wrong_on"])


def inferred(value: Any) -> Type:
    """The type of a value, without bounds."""
    if value is None:
        return Null()
    if isinstance(value, list):
        return Array(join_all([inferred(each) for each in value]))
    if isinstance(value, dict):
        return Object(tuple((key, inferred(each)) for key, each in value.items()))
    scalars: dict[type, Type] = {bool: Bool(), int: Int(), float: Float(), str: Text()}
    return scalars[type(value)]


def is_portable(value: Any) -> bool:
    if isinstance(value, list | dict):
        return all(map(is_portable, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or abs(value) <= MAX_INT


def typed(row: dict[str, Any]) -> tuple[dict[str, Type], list[dict[str, Any]]]:
    """The types of the names of a row, and its inputs that are portable; an int beside floats is made one."""
    inputs = [dict(each) for each in row["inputs"] if is_portable(each)]
    types: dict[str, Type] = {}
    for name in inputs[0] if inputs else {}:
        if any(isinstance(each[name], float) for each in inputs):
            for each in inputs:
                each[name] = float(each[name])
        types[name] = join_all([inferred(each[name]) for each in inputs])
    return types, inputs


# Their inputs are of all types at once, int and float among them; types decide what they mean.
TYPED = [row for row in ROWS if row["id"] not in ("bool(any type)", "== any", "== same type", "json.dumps")]


@pytest.mark.parametrize("row", TYPED, ids=lambda row: row["id"])
def test_the_lowering_of_each_row_is_equal(engine: Engine, row: dict[str, Any]) -> None:
    types, inputs = typed(row)
    found = lowered(row["python"], types)
    assert isinstance(found, Outlined) or found.text
    assert failures(engine, cases_of(row["python"], types, inputs)) == []


def test_most_rows_are_lowered() -> None:
    found = [lowered(row["python"], typed(row)[0]) for row in TYPED]
    assert sum(isinstance(each, Lowered) for each in found) >= 120
