"""STATEFUL-078 The history tells what is under way, and no timer of no time or of a moment that is over."""

from datetime import timedelta
from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_078")
TAGS = ("stateful",)
CASES = (Case(output=7),)


@app.orchestrator
async def child(ctx: Context) -> int:
    return await ctx.wait_for_event("never", int)


async def helper(ctx: Context) -> None:
    await ctx.sleep(0)
    await ctx.wait_for_event("b", timeout=60)


@app.orchestrator
async def main(ctx: Context) -> int:
    await ctx.sleep(0)
    await ctx.sleep_until(ctx.now() - timedelta(seconds=5))
    await ctx.sleep(1)
    await ctx.race(child(), helper(ctx), ctx.sleep(30), ctx.sleep(0.5))
    return await ctx.wait_for_event("done", int)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(1.1)
    told = [(each.kind, each.fiber, each.name) for each in await handle.history()]
    assert [kind for kind, _fiber, _name in told[:2]] == ["TimerSet", "TimerFired"]
    begun = [("ChildStarted", "/0.0", "child"), ("EventAwaited", "/0.1", "b")]
    assert sorted(told[2:]) == [*begun, ("TimerSet", "/0.2", ""), ("TimerSet", "/0.3", "")]
    await client.advance(5)
    assert ("EventAwaited", "", "done") in [(each.kind, each.fiber, each.name) for each in await handle.history()]
    await handle.raise_event("done", 7)
