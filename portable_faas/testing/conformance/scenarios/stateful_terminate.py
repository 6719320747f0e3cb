"""STATEFUL-053 A terminated instance runs no more code, neither except nor finally."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_053")
TAGS = ("stateful",)
CASES = (Case(terminated="stop it", calls="note(1)"),)


@app.activity
def note(n: int) -> None:
    return None


@app.orchestrator
async def main(ctx: Context) -> None:
    await note(1)
    try:
        await ctx.wait_for_event("never")
    finally:
        await note(2)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(5)
    await handle.terminate("stop it")
