"""Our state machines need no more transitions and Lambda invocations than an expert's; what does today is listed."""

from typing import Final

import pytest

from bench.transitions.rows import ROWS, Row
from bench.transitions.run import experts, faults, ours

# Rows that need more today: transitions and invocations beyond the expert's. The numbers are asserted, so an entry goes
# when its cause is mended. The causes:
FIRST: Final = (1, 1)  # the first call's arguments are made by a compute step of their own, "begin"
FIRST_AND_LAST: Final = (2, 2)  # and so is the result, after the last await
BEHIND: Final = {
    # The function of the first activity is called to find out that the loop over the items is empty.
    "orders: no items": (1, 1),
    # The end of `except ...: ...; raise` after the last set_status is a compute step where a Fail state would do.
    "orders: the first is out of stock": (-2, 1),
    "orders: the third is out of stock": (0, 1),
    "orders: card declined": (0, 1),
    "orders: card declined, no items": (0, 2),
    # As well: a failure after the last retry is looked at by a compute step; and a loop that awaits one activity an
    # item takes a Choice for each item, where a Map with one place needs none.
    "orders: no carrier": (2, 2),
    "orders: no carrier, five items": (5, 2),
    # A failure after the last retry is given its name by a Fail state, or is looked at by the next function.
    "transcribe: no answer": (1, 0),
    "transcribe: always busy": (1, 1),
    "monitor: done": FIRST,
    "monitor: failed": FIRST,
    "monitor: overdue": FIRST,
    "monitor: too short": FIRST,
    "thumbnails_sizes: no pictures": FIRST_AND_LAST,
    "thumbnails_sizes: one picture": FIRST_AND_LAST,
    "thumbnails_sizes: five pictures": FIRST_AND_LAST,
    "thumbnails_sizes: one is broken": FIRST,
    "thumbnails_total: no pictures": FIRST_AND_LAST,
    "thumbnails_total: one picture": FIRST_AND_LAST,
    "thumbnails_total: five pictures": FIRST_AND_LAST,
    "thumbnails_total: one is broken": FIRST,
    "ingest: no documents": FIRST,
    "ingest: one document": FIRST,
    "ingest: three documents": FIRST,
    "ingest: unreadable": FIRST,
    "ingest: too large": FIRST,
    "ingest: too many": FIRST,
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
