"""Functions with triggers on the emulated host, where the platform has something of its own."""

import asyncio
from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.errors import InstanceExists, NotSupported
from portable_faas.provider import get_provider
from portable_faas.testing import running
from portable_faas.testing.scratch import counted, tally
from portable_faas.triggers import CloudEvent

app = App("triggered")
numbers = app.queue("numbers", int, attempts=2, retry_after=1)
texts = app.queue("texts", str)
news = app.topic("news", str)
kept = app.bucket("kept")
picky = app.queue("picky", str, attempts=1)
LONG = "ü" * 60_000


@app.on_message(picky)
def refuse(text: str) -> None:
    tally("refused")
    raise ValueError("too long")


@app.on_message(numbers)
def number(n: int) -> None:
    tally(f"number {n}")


@app.on_message(texts)
async def text(given: str) -> None:
    await kept.put("text", given.encode())


@app.on_event(news, type="Fresh")
async def fresh(event: CloudEvent[str]) -> None:
    tally(f"length {len(event.data)}" if len(event.data) > 9 else f"fresh {event.data} {event.raw['source']}")


@app.on_event(news, attributes={"place": "Oslo"})
async def local(event: CloudEvent[str]) -> None:
    tally(f"length {len(event.data)}" if len(event.data) > 9 else f"local {event.data}")


@app.orchestrator
async def approval(ctx: Context, n: int) -> int:
    return n + await ctx.wait_for_event("more", int)


@app.post("/approvals/{n}", auth="anonymous")
async def approve(n: int) -> list[object]:
    handle = await approval.start(n, instance_id="one", if_exists="return")
    try:
        await approval.start(n, instance_id="one")
    except InstanceExists:
        before = (await handle.status()).status
    await handle.raise_event("more", 40)
    return [before, await handle.result(timeout=600), (await handle.status()).status]


@app.post("/refused", auth="anonymous")
async def refused() -> str:
    handle = await approval.start(0)
    try:
        await handle.terminate("no")
    except NotSupported as error:
        return str(error)
    return "ended"


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("azurite")]


def services(client: Client) -> Any:
    backend: Any = client._backend
    return backend._seen().services


async def test_what_others_put_into_the_queue_is_taken() -> None:
    async with running(app, on="azure") as client:
        found = services(client)
        queue = found.storage.queue(found.names.queue("numbers"))
        for body in ("7", "seven", '{"portable_faas": 3}'):
            await queue.send_message(body)
        await client.advance(5)
        assert counted("number 7") == 1
        assert sorted(letter.text for letter in await client.dead_letters(number)) == ["seven", '{"portable_faas": 3}']
        assert [one async for one in queue.receive_messages()] == []


async def test_a_long_message_goes_by_way_of_a_blob_which_goes_with_it() -> None:
    async with running(app, on="azure") as client:
        found = services(client)
        await texts.send(LONG)
        large = found.storage.container(found.names.large)
        assert len([one async for one in large.list_blobs()]) == 1
        await client.advance(1)
        assert (await kept.get("text")).decode() == LONG
        assert [one async for one in large.list_blobs()] == []


async def test_a_long_message_may_be_given_up_and_put_back() -> None:
    async with running(app, on="azure") as client:
        found = services(client)
        await picky.send(LONG)
        await client.advance(5)
        (letter,) = await client.dead_letters(refuse)
        assert (letter.text, letter.error) == (f'"{LONG}"', "ValueError: too long")
        assert await picky.redrive() == 1
        await client.advance(5)
        assert counted("refused") == 2
        assert len(await picky.dead_letters()) == 1
        large = found.storage.container(found.names.large)
        assert len([one async for one in large.list_blobs()]) == 1


async def test_a_long_event_reaches_everybody() -> None:
    async with running(app, on="azure") as client:
        await news.publish(LONG, type="Fresh", attributes={"place": "Oslo"})
        await client.advance(1)
        assert counted(f"length {len(LONG)}") == 2


async def test_what_is_no_event_in_the_queue_of_events_is_a_dead_letter() -> None:
    async with running(app, on="azure") as client:
        found = services(client)
        queue = found.storage.queue(found.names.source(fresh))
        for body in ("5", "not JSON", '{"specversion": "1.0"}'):
            await queue.send_message(body)
        await client.advance(5)
        assert len(await client.dead_letters(fresh)) == 3
        assert [one async for one in queue.receive_messages()] == []


async def test_filters_tell_case_apart_though_event_grid_does_not() -> None:
    async with running(app, on="azure") as client:
        await news.publish("a", type="fresh", attributes={"place": "oslo"})
        await news.publish("b", type="Fresh", attributes={"place": "Oslo"})
        await client.advance(1)
        assert [counted(f"fresh {text} /topics/news") for text in "ab"] == [0, 1]
        assert [counted(f"local {text}") for text in "ab"] == [0, 1]


async def test_event_grid_refuses_what_is_no_cloud_event() -> None:
    async with running(app, on="azure") as client:
        for wrong in ({}, {"specversion": "1.0", "id": "", "source": "s", "type": "t"}):
            with pytest.raises(RuntimeError, match="Event Grid answered 400"):
                await services(client)._topics.publish("news", wrong)
        with pytest.raises(LookupError, match="PORTABLE_FAAS_TOPIC_OLD is missing"):
            await services(client)._topics.publish("old", {})


async def test_a_function_talks_to_the_orchestration_that_it_starts() -> None:
    async with running(app, on="azure") as client:
        reply = await client.http.post("/approvals/2")
        before, *after = reply.json()
        assert (before in ("Pending", "Running"), after) == (True, [42, "Completed"])
        assert "is not possible inside a function on azure" in (await client.http.post("/refused")).text


async def test_with_real_time_messages_are_delivered_and_delays_pass() -> None:
    async with running(app, on="azure", real_time=True):
        await numbers.send(1)
        await numbers.send(2, delay=2)
        for _ in range(200):
            if counted("number 1") and counted("number 2"):
                break
            await asyncio.sleep(0.1)
        assert (counted("number 1"), counted("number 2")) == (1, 1)


def test_it_needs_the_storage() -> None:
    with pytest.raises(NotSupported, match="need the storage of the emulated host"):
        get_provider("azure").emulate(app, storage="memory")
