"""STATEFUL-012 Waits for two events side by side; each gets its own."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_012")
TAGS = ("stateful",)
CASES = (Case(output=["left", "right"]),)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    return list(await ctx.gather(ctx.wait_for_event("a", str), ctx.wait_for_event("b", str)))


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("b", "right")
    await client.advance(5)
    await handle.raise_event("a", "left")
