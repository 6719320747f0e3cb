"""Keys of messages: one at a time, once a day, and free again after a failure or a death."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from portable_faas_aws.runtime.once import LONGEST, Once
from portable_faas_aws.runtime.row import Body

from portable_faas.triggers.receiving import REMEMBERED

T = TypeVar("T")


class Rows:
    """A table in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}
        self.now = 1_000_000

    def change(self, row: str, change: Callable[[Body], T]) -> T:
        return change(self.rows.setdefault(row, {}))

    def change_all(self, rows: Sequence[str], change: Callable[[list[Body]], T]) -> T:
        return change([self.rows.setdefault(row, {}) for row in rows])

    def read(self, row: str) -> Body:
        return dict(self.rows.get(row, {}))

    def once(self, *messages: str) -> Once:
        return Once(self, messages, lambda: self.now)


async def test_a_key_is_done_for_a_day() -> None:
    rows = Rows()
    assert await rows.once("1").begin("f", "a") == "begun"
    assert await rows.once("2").begin("f", "a") == "busy"
    assert await rows.once("2").begin("g", "a") == "begun"
    await rows.once("1").end("f", "a", True)
    assert await rows.once("3").begin("f", "a") == "done"
    rows.now += REMEMBERED + 1
    assert await rows.once("3").begin("f", "a") == "begun"


async def test_a_failed_key_is_free() -> None:
    rows = Rows()
    assert await rows.once("1").begin("f", "a") == "begun"
    await rows.once("1").end("f", "a", False)
    assert await rows.once("2").begin("f", "a") == "begun"


async def test_a_message_that_comes_again_after_a_death_takes_up_its_claim() -> None:
    rows = Rows()
    assert await rows.once("1", "2").begin("f", "a") == "begun"
    assert await rows.once("2").begin("f", "a") == "begun"
    assert await rows.once("3").begin("f", "a") == "busy"
    rows.now += LONGEST + 1
    assert await rows.once("3").begin("f", "a") == "begun"


async def test_of_two_messages_in_one_batch_the_second_waits() -> None:
    batch = Rows().once("1", "2")
    assert await batch.begin("f", "a") == "begun"
    assert await batch.begin("f", "a") == "busy"


async def test_rows_say_when_they_may_be_forgotten() -> None:
    rows = Rows()
    await rows.once("1").begin("f", "a")
    (row,) = rows.rows.values()
    assert row["expires"] * 1000 > rows.now + LONGEST
