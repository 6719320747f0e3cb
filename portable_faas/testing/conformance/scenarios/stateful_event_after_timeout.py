"""STATEFUL-009 An event that comes after a time-out waits for the next wait."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_009")
TAGS = ("stateful",)
CASES = (Case(output=["late", "second"]),)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    try:
        first = await ctx.wait_for_event("go", str, timeout=10)
    except TimeoutError:
        first = "late"
    return [first, await ctx.wait_for_event("go", str)]


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(11)
    await handle.raise_event("go", "second")
