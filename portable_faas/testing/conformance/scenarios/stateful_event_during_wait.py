"""STATEFUL-002 An event raised while the instance waits wakes it."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_002")
TAGS = ("stateful",)
CASES = (Case(output={"by": "ann", "amount": 7}),)


@app.orchestrator
async def main(ctx: Context) -> Any:
    return await ctx.wait_for_event("approved")


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(3600)
    await handle.raise_event("approved", {"by": "ann", "amount": 7})
