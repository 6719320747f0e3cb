"""Many instances at once with events, entities and locks: nothing is lost and nothing counts twice."""

import asyncio
from collections.abc import Callable

import pytest
from portable_faas_azure.emulator.backend import EmulatedBackend

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.local.backend import LocalBackend
from portable_faas.provider import Backend
from portable_faas.testing import running

app = App("stateful_load")
INSTANCES, KEYS = 200, 10


@app.entity
class Count:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    count = ctx.entity(Count, str(n % KEYS))
    first = await ctx.wait_for_event("n", int)
    await count.call(Count.add, first)
    await count.signal(Count.add, 1)
    return [first, await ctx.wait_for_event("n", int)]


@app.orchestrator
async def takes_turns(ctx: Context, n: int) -> None:
    shared = ctx.entity(Count, "shared")
    async with ctx.lock(shared, ctx.entity(Count, str(n))):
        before = (await shared.read()).value
        await ctx.sleep(1)
        await shared.call(Count.add, before + 1 - (await shared.read()).value)


@app.orchestrator
async def rolls(ctx: Context, state: list[int]) -> int:
    runs, total = state
    total += await ctx.wait_for_event("n", int)
    return total if runs == 1 else await ctx.continue_as_new([runs - 1, total])


async def one(client: Client, n: int) -> list[int]:
    handle = await client.start(main, n)
    await asyncio.gather(*[handle.raise_event("n", value, id=str(value)) for value in (1, 2, 1, 2)])
    return await handle.result()


async def check_many(client: Client) -> None:
    found = await asyncio.gather(*[one(client, n) for n in range(INSTANCES)])
    assert {tuple(sorted(events)) for events in found} == {(1, 2)}
    for key in range(KEYS):
        called = [first for first, _ in found[key::KEYS]]
        assert (await client.entity(Count, str(key)).read()).value == sum(called) + len(called)  # and the signals
    assert len(await client.list(status="Completed")) == INSTANCES


@pytest.mark.slow
@pytest.mark.parametrize("engine", [EmulatedBackend, LocalBackend])
async def test_two_hundred_instances_with_events_and_entities(engine: Callable[[App], Backend]) -> None:
    async with Client(app, engine(app)) as client:
        await check_many(client)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("azurite")
async def test_two_hundred_instances_over_azurite() -> None:
    async with running(app, on="azure", storage="azurite") as client:
        await check_many(client)


@pytest.mark.slow
async def test_a_thousand_runs_with_events_under_way() -> None:
    async with Client(app, EmulatedBackend(app)) as client:
        handle = await client.start(rolls, [1000, 0])
        for begin in range(0, 1000, 100):
            raised = [handle.raise_event("n", n, id=str(n)) for n in range(begin, begin + 100) for _ in range(2)]
            await asyncio.gather(*raised)
            await client.advance(1)
        assert await handle.result() == sum(range(1000))


@pytest.mark.slow
async def test_eight_holders_of_one_lock_never_meet() -> None:
    async with Client(app, EmulatedBackend(app)) as client:
        handles = [await client.start(takes_turns, n) for n in range(8)]
        await asyncio.gather(*[handle.result() for handle in handles])
        assert (await client.entity(Count, "shared").read()).value == 8
