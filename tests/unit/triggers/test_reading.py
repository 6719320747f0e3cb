"""Which grants are read from a function's code."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.resources import Grant
from portable_faas.resources.reading import read_grants

app = App("reading")
orders = app.queue("orders", int)
photos = app.bucket("photos")
holder = SimpleNamespace(orders=orders)


@app.activity
async def send(n: int) -> None:
    await orders.send(n)


@app.orchestrator
async def main(ctx: Context) -> None: ...


async def at_once() -> None:
    await orders.send(1)
    await photos.get("a")


async def through_a_helper() -> None:
    await at_once()


async def through_an_activity() -> None:
    await send(1)


async def nested() -> None:
    async def inner() -> None:
        await photos.put("a", b"")

    await asyncio.gather(*(orders.send(n) for n in range(3)))
    await inner()


async def recursive(n: int) -> None:
    await orders.send(n)
    await recursive(n - 1)


async def of_an_object() -> None:
    await holder.orders.send(1)


async def starts() -> None:
    await main.start()


async def hidden() -> None:
    queue = orders
    await queue.send(1)


async def from_a_parameter(queue: Any = orders) -> None:
    await queue.send(1)


def closure() -> Callable[[], Any]:
    own = app.resources["queue", "orders"]

    async def inner() -> None:
        await own.send(1)  # type: ignore[attr-defined]

    return inner


SEND, GET, PUT = Grant("queue", "orders", "send"), Grant("bucket", "photos", "get"), Grant("bucket", "photos", "put")


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (at_once, {SEND, GET}),
        (through_a_helper, {SEND, GET}),
        (through_an_activity, {SEND}),
        (nested, {SEND, PUT}),
        (recursive, {SEND}),
        (of_an_object, {SEND}),
        (starts, {Grant("orchestrator", "main", "start")}),
        (closure(), {SEND}),
        (hidden, set()),
        (from_a_parameter, set()),
    ],
)
def test_read(fn: Callable[..., Any], expected: set[Grant]) -> None:
    assert read_grants(fn) == expected


def test_uses_adds_what_the_code_hides() -> None:
    @app.get("/hidden", uses=(orders.send, photos.stream, main.start))
    async def declared() -> None:
        await hidden()

    assert declared.grants == {SEND, GET, Grant("orchestrator", "main", "start")}


def test_a_resource_outside_a_running_app_says_so() -> None:
    call = orders.send(1)
    with pytest.raises(RuntimeError, match="send on queue 'orders' is for functions of a running app"):
        call.send(None)
