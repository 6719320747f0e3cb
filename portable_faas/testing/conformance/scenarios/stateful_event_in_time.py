"""STATEFUL-008 An event just before the end of the time-out is received."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_008")
TAGS = ("stateful",)
CASES = (Case(output="in time"),)


@app.orchestrator
async def main(ctx: Context) -> str:
    return await ctx.wait_for_event("go", str, timeout=60)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(59)
    await handle.raise_event("go", "in time")
