"""STATEFUL-076 What failed inside a lock is not run again, since others may have had it since; after one it is."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import NotSupported, OrchestrationFailed
from portable_faas.testing.scenario import Case
from portable_faas.testing.scratch import tally

app = App("stateful_076")
TAGS = ("stateful",)
CASES = (Case("after", output=[10, 2], calls="unsteady()"),)


@app.activity
def unsteady() -> int:
    if tally("unsteady") != 2:
        raise OSError("not yet")
    return 2


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


@app.orchestrator
async def main(ctx: Context, where: str) -> list[int]:
    counter = ctx.entity(Counter, ctx.instance_id)
    async with ctx.lock(counter):
        inside = await counter.call(Counter.add, 10)
        if where == "inside":
            await unsteady()
    return [inside, await unsteady()]


async def drive(client: Client, handle: Handle[Any]) -> None:
    with pytest.raises(OrchestrationFailed):
        await handle.result()
    await handle.rerun()
    await handle.result()
    other = await client.start(main, "inside")
    with pytest.raises(OrchestrationFailed):
        await other.result()
    with pytest.raises(NotSupported, match="cannot be run again: it failed inside a lock"):
        await other.rerun()
