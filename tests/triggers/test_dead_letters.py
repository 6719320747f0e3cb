"""The error of a dead letter is one text on every engine, whatever a function raises."""

import logging

import pytest

from portable_faas import App
from portable_faas.testing import running
from portable_faas.values.failure import CUT, MAX_MESSAGE

app = App("dead-letters")
jobs = app.queue("jobs", int, attempts=1)
ERRORS = [
    "plain",
    "",
    "\0\x1b[31mred\x7f\n\t",
    "\ud800 half",
    "\ufffe\uffff",
    "é" * 5000,
    "\U0001f4a9" * 3000,
    "a" * 20_000,
]


class Unshown(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


@app.on_message(jobs)
async def work(number: int) -> None:
    raise Unshown if number == len(ERRORS) else ValueError(ERRORS[number])


ROOM = MAX_MESSAGE - len(CUT) - len("ValueError: ")
EXPECTED = {
    0: "ValueError: plain",
    1: "ValueError: ",
    2: "ValueError: \\x00\\x1b[31mred\\x7f\n\t",
    3: "ValueError: \\ud800 half",
    4: "ValueError: \\ufffe\\uffff",
    5: "ValueError: " + "é" * (ROOM // 2) + CUT,
    6: "ValueError: " + "\U0001f4a9" * (ROOM // 4) + CUT,
    7: "ValueError: " + "a" * ROOM + CUT,
    8: "Unshown: <str() of this Unshown raised RuntimeError>",
}


@pytest.mark.slow
async def test_what_a_function_raises(engine: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "portable_faas")
    async with running(app, on=engine) as client:
        await jobs.send_many(range(len(ERRORS) + 1))
        await client.advance(10)
        letters = await client.dead_letters(work)
        assert {int(letter.text): letter.error for letter in letters} == EXPECTED
