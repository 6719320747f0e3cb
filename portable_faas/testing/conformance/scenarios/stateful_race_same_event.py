"""STATEFUL-019 Two waits for one event in a race: the first gets it, the next event goes to the next wait."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_019")
TAGS = ("stateful",)
CASES = (Case(output=[0, "one", "two"]),)


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    index, value = await ctx.race(ctx.wait_for_event("a", str), ctx.wait_for_event("a", str))
    return [index, value, await ctx.wait_for_event("a", str)]


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("a", "one")
    await handle.raise_event("a", "two")
