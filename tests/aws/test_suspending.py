"""Suspension and rerun on the emulated AWS, beyond what the scenarios say."""

import pytest

from portable_faas import App, Context
from portable_faas.errors import NotSupported, OrchestrationFailed
from portable_faas.testing import running
from portable_faas.testing.scratch import tally

pytestmark = pytest.mark.slow
app = App("suspending")


@app.activity
def work(n: int) -> int:
    tally(f"work-{n}")
    return n


@app.activity
def falls(n: int) -> int:
    if tally("falls") <= n:
        raise OSError("fell")
    return tally("falls")


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


async def branch(ctx: Context, n: int) -> int:
    await ctx.sleep(n)
    return await work(n)


@app.orchestrator(suspendable=True)
async def main(ctx: Context) -> list[int]:
    got = await ctx.gather(branch(ctx, 5), branch(ctx, 10), branch(ctx, 15))
    counter = ctx.entity(Counter, "k")
    await counter.call(Counter.add, 1)
    return [*got, await counter.call(Counter.add, await work(100))]


@app.orchestrator
async def unsteady(ctx: Context, n: int) -> list[int]:
    first = await work(1)
    await ctx.sleep(10)
    counter = ctx.entity(Counter, "u")
    before = await counter.call(Counter.add, 1)
    fallen = await falls(n)
    return [first, before, fallen, await counter.call(Counter.add, 1)]


async def test_branches_pause_and_go_on() -> None:
    async with running(app, "aws") as client:
        handle = await client.start(main)
        await client.advance(7)
        await handle.suspend()
        await handle.suspend()
        await client.advance(100)
        assert (await handle.status()).status == "Suspended"
        made = [event.kind for event in await handle.history()]
        assert made.count("Scheduled") == 1
        assert (await client.entity(Counter, "k").read()).value == 0
        await handle.resume()
        await handle.resume()
        assert await handle.result() == [5, 10, 15, 101]
        assert (await handle.status()).status == "Completed"
        kinds = [event.kind for event in await handle.history()]
        assert (kinds.count("Suspended"), kinds.count("Resumed")) == (1, 1)
        assert kinds.index("Suspended") < kinds.index("Resumed") < len(kinds) - 1


async def test_an_instance_may_be_suspended_at_any_moment() -> None:
    async with running(app, "aws") as client:
        for moment in (0, 5, 14):
            handle = await client.start(main)
            await client.advance(moment)
            await handle.suspend()
            await client.advance(60)
            calls = [event for event in await handle.history() if event.kind == "Scheduled"]
            await client.advance(60)
            assert calls == [event for event in await handle.history() if event.kind == "Scheduled"]
            await handle.resume()
            assert (await handle.result())[:3] == [5, 10, 15]


async def test_what_was_done_is_not_done_again() -> None:
    async with running(app, "aws") as client:
        handle = await client.start(unsteady, 2)
        for _ in range(2):
            with pytest.raises(OrchestrationFailed, match="fell"):
                await handle.result()
            await handle.rerun()
        assert await handle.result() == [1, 1, 4, 2]
        with pytest.raises(NotSupported, match="is Completed; only a failed one can be run again"):
            await handle.rerun()
        calls = [event for event in await handle.history() if event.kind == "Scheduled"]
        assert [event.name for event in calls] == ["work", "falls"]
