"""STATEFUL-030 An uncaught failure of a nested sub-orchestration fails every instance above it."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing.scenario import Case

app = App("stateful_030")
TAGS = ("stateful",)
CASES = (Case(2, error=("KeyError", "'deep'")),)


@app.orchestrator
async def lowest(ctx: Context, n: int) -> int:
    raise KeyError("deep")


@app.orchestrator
async def middle(ctx: Context, n: int) -> int:
    return await lowest(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await middle(n)


async def drive(client: Client, handle: Handle[Any]) -> None:
    with pytest.raises(OrchestrationFailed):
        await handle.result()
    assert {status.status for status in await client.list()} == {"Failed"}
