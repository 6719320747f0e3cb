"""STATEFUL-004 The same event id is delivered once."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_004")
TAGS = ("stateful",)
CASES = (Case(output=[1, 2]),)


@app.orchestrator
async def main(ctx: Context) -> list[int]:
    first = await ctx.wait_for_event("n", int)
    return [first, await ctx.wait_for_event("n", int)]


async def drive(_client: Client, handle: Handle[Any]) -> None:
    for number, event_id in ((1, "x"), (1, "x"), (1, "x"), (2, "y")):
        await handle.raise_event("n", number, id=event_id)
