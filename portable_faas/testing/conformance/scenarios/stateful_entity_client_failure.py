"""STATEFUL-046 A failing operation raises its own error at the client."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_046")
TAGS = ("stateful",)
CASES = (Case(output=3),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        if n < 0:
            self.value = -1
            raise ValueError(f"no {n}")
        self.value += n
        return self.value


@app.orchestrator
async def main(ctx: Context) -> int:
    return await ctx.entity(Counter, "k").call(Counter.add, 3)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.result()
    with pytest.raises(ValueError, match="no -3"):
        await client.entity(Counter, "k").call(Counter.add, -3)
    assert (await client.entity(Counter, "k").read()).value == 3
