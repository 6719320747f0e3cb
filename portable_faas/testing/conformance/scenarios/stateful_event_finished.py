"""STATEFUL-015 An event for a finished instance is an error of the raiser."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import InstanceFinished, InstanceNotFound
from portable_faas.testing.scenario import Case

app = App("stateful_015")
TAGS = ("stateful",)
CASES = (Case(output=None),)


@app.orchestrator
async def main(ctx: Context) -> None:
    await ctx.sleep(1)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.result()
    with pytest.raises(InstanceFinished, match=f"instance {handle.instance_id} has finished"):
        await handle.raise_event("go")
    await handle.purge()
    with pytest.raises(InstanceNotFound):
        await handle.raise_event("go")
    await client.start(main, instance_id=handle.instance_id)
