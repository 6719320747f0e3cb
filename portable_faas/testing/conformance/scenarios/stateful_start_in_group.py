"""STATEFUL-071 Starts that nobody waits for may be branches: of a gather, of a race, of a `first`."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_071")
TAGS = ("stateful",)
CASES = (Case(output=["a", "b", "InstanceExists", 7, 0, "raced"], elapsed=7.0),)


@app.orchestrator
async def other(ctx: Context, n: int) -> int:
    await ctx.sleep(n)
    return n


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    first, second = await ctx.gather(other.start(100, instance_id="a"), other.start(200, instance_id="b"))
    calls = [other.start(300, instance_id="a"), other(7)]
    refused, child = await ctx.gather(*calls, return_exceptions=True)
    index, raced = await ctx.race(other.start(400, instance_id="raced"), ctx.sleep(60))
    assert raced is not None
    return [first.instance_id, second.instance_id, type(refused).__name__, child, index, raced.instance_id]


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.result()
    for name, result in (("a", 100), ("b", 200), ("raced", 400)):
        started = await client.find(name)
        assert (await started.status()).status == "Running"
        assert await started.result() == result
