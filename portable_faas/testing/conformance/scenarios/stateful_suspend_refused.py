"""STATEFUL-055 Only an orchestrator declared suspendable can be suspended."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import NotSupported
from portable_faas.testing.scenario import Case

app = App("stateful_055")
TAGS = ("stateful",)
CASES = (Case(output=None),)


@app.orchestrator
async def main(ctx: Context) -> None:
    await ctx.sleep(10)


async def drive(_client: Client, handle: Handle[Any]) -> None:
    with pytest.raises(NotSupported, match="suspendable=True"):
        await handle.suspend()
