"""The order of starts that have the same millisecond."""

import time

import pytest
from portable_faas_aws.client import stamp as module
from portable_faas_aws.client.stamp import stamp


@pytest.mark.parametrize("steps", [(0, 0, 0), (0, -5_000_000, -9_000_000), (1, 2, 3)])
def test_stamps_grow_also_where_the_clock_stands_or_is_set_back(
    monkeypatch: pytest.MonkeyPatch, steps: tuple[int, ...]
) -> None:
    begun = stamp() + 1_000_000_000
    clock = iter([begun + step for step in steps])
    monkeypatch.setattr(module, "_last", begun - 1)
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    made = [stamp() for _ in steps]
    assert made == sorted(set(made))
    assert made[0] == begun + steps[0]
