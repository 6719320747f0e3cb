"""STATEFUL-020 A queued event beats a timer that is due at the same moment."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_020")
TAGS = ("stateful",)
CASES = (Case(output=[1, "queued"]),)


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    await ctx.sleep(5)
    index, value = await ctx.race(ctx.sleep(0), ctx.wait_for_event("a", str))
    return [index, value]


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("a", "queued")
