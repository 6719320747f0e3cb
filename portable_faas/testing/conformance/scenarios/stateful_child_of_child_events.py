"""STATEFUL-035 A child waits for events of its own, raised by its id."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_035")
TAGS = ("stateful",)
CASES = (Case(output="for the child"),)


@app.orchestrator
async def child(ctx: Context, n: int) -> str:
    return await ctx.wait_for_event("go", str)


@app.orchestrator
async def main(ctx: Context) -> str:
    return await child.using(instance_id="listener")(1)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(1)
    await (await client.find("listener")).raise_event("go", "for the child")
