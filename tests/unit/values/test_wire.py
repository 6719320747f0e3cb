"""JSON text: strict, compact, bounded."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import portable_faas.values as values
from portable_faas.errors import NotPortable
from portable_faas.values import dumps, loads

wires: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(wires)
def test_round_trip(wire: Any) -> None:
    text = dumps(wire)
    assert repr(loads(text)) == repr(wire)
    assert repr(loads(text.encode())) == repr(wire)
    assert text == json.dumps(wire, separators=(",", ":"), ensure_ascii=False)


def test_compact_in_order_and_not_escaped() -> None:
    assert dumps({"b": [1, 2], "a": "é"}) == '{"b":[1,2],"a":"é"}'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("NaN", "NaN is not JSON"),
        ("[Infinity]", "Infinity is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ("", "Expecting value"),
        ("{'a': 1}", "Expecting property name"),
        ("1 2", "Extra data"),
        (b"\xff", "invalid start byte"),
        ("\ufeff1", "Expecting value"),
    ],
)
def test_refused_text(text: str | bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        loads(text)


def test_nan_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))


@pytest.mark.parametrize("character", ["x", "é", "😀"])
def test_limit_counts_bytes(character: str) -> None:
    room = 16 * 1024 * 1024 - 2
    size = len(character.encode())
    assert len(dumps(character * (room // size)).encode()) <= 16 * 1024 * 1024
    with pytest.raises(NotPortable) as caught:
        dumps(character * (room // size + 1), "order")
    assert caught.value.path == "order"
    assert caught.value.problem == "is over 16 MiB as JSON; keep it in a bucket and pass its key"


def test_exported_names() -> None:
    assert values.__all__ == sorted(values.__all__)
    assert all(hasattr(values, name) for name in values.__all__)
