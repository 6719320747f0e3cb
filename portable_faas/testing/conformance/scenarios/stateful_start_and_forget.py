"""STATEFUL-036 A start inside an orchestrator is durable and not waited for."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.context import Started
from portable_faas.testing.scenario import Case

app = App("stateful_036")
TAGS = ("stateful",)
CASES = (Case(output="fire"),)


@app.orchestrator
async def other(ctx: Context, n: int) -> int:
    await ctx.sleep(n)
    return n


@app.orchestrator
async def main(ctx: Context) -> str:
    started: Started = await other.start(3600, instance_id="fire")
    return started.instance_id


async def drive(client: Client, handle: Handle[Any]) -> None:
    assert await handle.result() == "fire"
    assert (await (await client.find("fire")).status()).status == "Running"
    assert await (await client.find("fire")).result() == 3600
