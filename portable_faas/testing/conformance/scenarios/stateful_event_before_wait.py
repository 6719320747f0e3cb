"""STATEFUL-001 An event raised before the wait is kept and delivered to it."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_001")
TAGS = ("stateful",)
CASES = (Case(output="early"),)


@app.orchestrator
async def main(ctx: Context) -> str:
    await ctx.sleep(60)
    return await ctx.wait_for_event("go", str)


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("go", "early")
