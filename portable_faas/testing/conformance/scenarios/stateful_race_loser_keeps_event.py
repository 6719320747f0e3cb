"""STATEFUL-018 An event wait that loses leaves its event queued, even behind a helper that had not ended."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_018")
TAGS = ("stateful",)
CASES = (Case(output=[1, "mine"]),)


async def both(ctx: Context) -> list[str]:
    return list(await ctx.gather(ctx.wait_for_event("a", str), ctx.wait_for_event("b", str)))


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    index, _ = await ctx.race(both(ctx), ctx.sleep(10))
    return [index, await ctx.wait_for_event("a", str)]


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("a", "mine")
