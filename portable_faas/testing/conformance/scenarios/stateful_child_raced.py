"""STATEFUL-033 A sub-orchestration that loses a race is terminated."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_033")
TAGS = ("stateful",)
CASES = (Case(output=1),)


@app.orchestrator
async def child(ctx: Context, n: int) -> None:
    await ctx.sleep(n)


@app.orchestrator
async def main(ctx: Context) -> int:
    index, _ = await ctx.race(child.using(instance_id="slow")(3600), ctx.sleep(5))
    return index


async def drive(client: Client, handle: Handle[Any]) -> None:
    assert await handle.result() == 1
    assert (await (await client.find("slow")).status()).status == "Terminated"
