"""Keys of messages: one at a time, once a day, and free again after a failure or a death."""

from portable_faas_aws.runtime.once import LONGEST, Once

from portable_faas.triggers.receiving import REMEMBERED
from tests.aws.rows import Rows


class Keys:
    """A table in memory, and the time."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.now = 1_000_000

    def once(self, *messages: str) -> Once:
        return Once(self.rows, messages, lambda: self.now)


async def test_a_key_is_done_for_a_day() -> None:
    keys = Keys()
    assert await keys.once("1").begin("f", "a") == "begun"
    assert await keys.once("2").begin("f", "a") == "busy"
    assert await keys.once("2").begin("g", "a") == "begun"
    await keys.once("1").end("f", "a", True)
    assert await keys.once("3").begin("f", "a") == "done"
    keys.now += REMEMBERED + 1
    assert await keys.once("3").begin("f", "a") == "begun"


async def test_a_failed_key_is_free() -> None:
    keys = Keys()
    assert await keys.once("1").begin("f", "a") == "begun"
    await keys.once("1").end("f", "a", False)
    assert await keys.once("2").begin("f", "a") == "begun"


async def test_a_message_that_comes_again_after_a_death_takes_up_its_claim() -> None:
    keys = Keys()
    assert await keys.once("1", "2").begin("f", "a") == "begun"
    assert await keys.once("2").begin("f", "a") == "begun"
    assert await keys.once("3").begin("f", "a") == "busy"
    keys.now += LONGEST + 1
    assert await keys.once("3").begin("f", "a") == "begun"


async def test_of_two_messages_in_one_batch_the_second_waits() -> None:
    batch = Keys().once("1", "2")
    assert await batch.begin("f", "a") == "begun"
    assert await batch.begin("f", "a") == "busy"


async def test_rows_say_when_they_may_be_forgotten() -> None:
    keys = Keys()
    await keys.once("1").begin("f", "a")
    (row,) = keys.rows.bodies.values()
    assert row["expires"] * 1000 > keys.now + LONGEST
