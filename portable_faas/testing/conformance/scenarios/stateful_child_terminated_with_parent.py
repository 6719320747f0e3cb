"""STATEFUL-034 Terminating an instance terminates the children it waits for."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import OrchestrationTerminated
from portable_faas.testing.scenario import Case

app = App("stateful_034")
TAGS = ("stateful",)
CASES = (Case(terminated="enough"),)


@app.orchestrator
async def child(ctx: Context, n: int) -> None:
    await ctx.wait_for_event("never")


@app.orchestrator
async def main(ctx: Context) -> None:
    await child.using(instance_id="below")(1)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await client.advance(1)
    await handle.terminate("enough")
    await handle.terminate("again")
    with pytest.raises(OrchestrationTerminated):
        await (await client.find("below")).result()
