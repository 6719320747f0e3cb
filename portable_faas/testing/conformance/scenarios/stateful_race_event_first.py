"""STATEFUL-017 An event wins against a timer, which is cancelled."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_017")
TAGS = ("stateful",)
CASES = (Case(output=[0, "ok"]),)


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    index, value = await ctx.race(ctx.wait_for_event("go", str), ctx.sleep(86400))
    return [index, value]


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(5)
    await handle.raise_event("go", "ok")
