"""Our state machines need no more transitions and Lambda invocations than an expert's."""

import pytest

from bench.transitions.rows import ROWS, Row
from bench.transitions.run import experts, faults, ours


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_both_give_what_the_row_says(row: Row) -> None:
    assert faults(row, experts(row)) == []
    assert faults(row, ours(row)) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_ours_needs_no_more_than_the_experts(row: Row) -> None:
    theirs, own = experts(row), ours(row)
    more = own.transitions - theirs.transitions, own.invocations - theirs.invocations
    assert max(more) <= 0


def test_rows_are_named_once() -> None:
    assert len({row.key for row in ROWS}) == len(ROWS)
