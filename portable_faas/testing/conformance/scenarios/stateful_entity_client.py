"""STATEFUL-045 The client calls, signals and reads an entity that orchestrations use too."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_045")
TAGS = ("stateful",)
CASES = (Case(output=16),)


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
    await ctx.wait_for_event("go")
    return await ctx.entity(Counter, "k").call(Counter.add, 10)


async def drive(client: Client, handle: Handle[Any]) -> None:
    counter = client.entity(Counter, "k")
    assert await counter.call(Counter.add, 5) == 5
    await counter.signal(Counter.add, 1)
    await handle.raise_event("go")
