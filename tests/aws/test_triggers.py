"""What the emulated AWS does where functions with triggers die, and what their log and signed URLs tell."""

import os

import pytest

from portable_faas import App
from portable_faas.testing import running
from portable_faas.testing.scratch import counted, tally

app = App("dying")
orders = app.queue("orders", int, attempts=2, retry_after=1)
shipped = app.topic("shipped", int)


@app.on_message(orders)
def pack(n: int) -> None:
    tally("packed")
    os._exit(1)


@app.on_event(shipped, attempts=2, retry_after=1)
def leave(n: int) -> None:
    tally("left")
    raise SystemExit(3)


@app.get("/die", auth="anonymous")
def die() -> str:
    os._exit(1)


@app.get("/leave", auth="anonymous")
def exit() -> str:
    raise SystemExit


@pytest.mark.slow
async def test_a_process_that_dies_takes_nothing_with_it() -> None:
    async with running(app, on="aws") as client:
        await orders.send(7)
        await shipped.publish(8)
        await client.advance(4 * 3600)
        (dead,) = await client.dead_letters(pack)
        assert (dead.text, dead.error, counted("packed")) == ("7", "the process ended while the function worked", 2)
        (left,) = await client.dead_letters(leave)
        assert (left.attempts, left.error, counted("left")) == (2, "RuntimeError: SystemExit(3)", 2)
        assert (await client.http.get("/die")).status == 500
        assert (await client.http.get("/leave")).status == 500
