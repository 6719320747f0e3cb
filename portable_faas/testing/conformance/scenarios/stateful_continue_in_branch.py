"""STATEFUL-072 A branch that continues as new ends the run: the other branches and their children are abandoned."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_072")
TAGS = ("stateful",)
CASES = (Case([], output=["gather", "race", "nested", "go"], elapsed=9.0),)


@app.orchestrator
async def child(ctx: Context, seconds: int) -> None:
    await ctx.sleep(seconds)


@app.entity
class Counter:
    value: int = 0


async def holds(ctx: Context) -> None:
    async with ctx.lock(ctx.entity(Counter, "k")):
        await ctx.sleep(1000)


async def renew(ctx: Context, done: list[str], how: str) -> str:
    await ctx.sleep(3)
    return await ctx.continue_as_new([*done, how])


@app.orchestrator
async def main(ctx: Context, done: list[str]) -> list[str]:
    if len(done) == 0:
        await ctx.gather(child.using(instance_id="left")(1000), holds(ctx), renew(ctx, done, "gather"))
    if len(done) == 1:
        await ctx.race(ctx.wait_for_event("go"), renew(ctx, done, "race"))
    if len(done) == 2:
        inner = ctx.gather(holds(ctx), renew(ctx, done, "nested"), return_exceptions=True)
        await ctx.gather(inner, ctx.sleep(1000), return_exceptions=True)
    async with ctx.lock(ctx.entity(Counter, "k")):
        return [*done, await ctx.wait_for_event("go", str)]


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(8)
    assert (await (await client.find("left")).status()).status == "Terminated"
    await handle.raise_event("go", "go")
