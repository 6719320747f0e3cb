"""Our state machines need no more transitions and Lambda invocations than an expert's; what does today is listed."""

from typing import Final

import pytest

from bench.transitions.rows import ROWS, Row
from bench.transitions.run import experts, faults, ours

# Rows that need more today: transitions and invocations beyond the expert's. The numbers are asserted, so an entry goes
# when its cause is mended.
BEHIND: Final = {
    # Python's `sum` of any integers is exact; the expert's `$sum` is wrong beyond 2**53, so ours adds in a Lambda.
    "thumbnails_total: no pictures": (1, 1),
    "thumbnails_total: one picture": (1, 1),
    "thumbnails_total: five pictures": (1, 1),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_both_give_what_the_row_says(row: Row) -> None:
    assert faults(row, experts(row)) == []
    assert faults(row, ours(row)) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_ours_needs_no_more_than_the_experts(row: Row) -> None:
    theirs, own = experts(row), ours(row)
    more = own.transitions - theirs.transitions, own.invocations - theirs.invocations
    if row.key in BEHIND:
        assert max(more) > 0
        assert more == BEHIND[row.key]
    else:
        assert max(more) <= 0


def test_the_table_names_rows_and_rows_are_named_once() -> None:
    assert {row.key for row in ROWS} >= BEHIND.keys()
    assert len({row.key for row in ROWS}) == len(ROWS)
