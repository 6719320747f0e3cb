"""STATEFUL-056 A failed instance that is run again does its last step again, and only that."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing.scenario import Case
from portable_faas.testing.scratch import tally

app = App("stateful_056")
TAGS = ("stateful",)
CASES = (Case(output="third time", calls="first(1); unsteady()"),)


@app.activity
def first(n: int) -> int:
    return tally("first") + n


@app.activity
def unsteady() -> str:
    if tally("unsteady") < 3:
        raise OSError("not yet")
    return "third time" if tally("first") == 2 else "first ran again"


@app.orchestrator
async def main(ctx: Context) -> str:
    await first(1)
    return await unsteady()


async def drive(_client: Client, handle: Handle[Any]) -> None:
    for _ in range(2):
        with pytest.raises(OrchestrationFailed):
            await handle.result()
        await handle.rerun()
