"""STATEFUL-077 Instances are listed newest first, also those that were started at one moment."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_077")
TAGS = ("stateful",)
CASES = (Case(output=None),)
STARTED = 6


@app.orchestrator
async def main(ctx: Context) -> None:
    await ctx.wait_for_event("go")


@app.orchestrator
async def waiting(ctx: Context, number: int) -> None:
    await ctx.wait_for_event("never")


async def drive(client: Client, handle: Handle[Any]) -> None:
    started = [await client.start(waiting, number) for number in range(STARTED)]
    newest = [each.instance_id for each in reversed(started)]
    assert [each.instance_id for each in await client.list(orchestrator=waiting)] == newest
    assert [each.instance_id for each in await client.list()] == [*newest, handle.instance_id]
    for limit in (1, 2):
        assert [each.instance_id for each in await client.list(limit=limit)] == newest[:limit]
    await handle.raise_event("go")
