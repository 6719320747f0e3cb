"""STATEFUL-025 A wait in a loop with one deadline for all of it."""

from datetime import timedelta
from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_025")
TAGS = ("stateful",)
CASES = (Case(output=["a", "b"], elapsed=60.0),)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    deadline = ctx.now() + timedelta(seconds=60)
    got: list[str] = []
    while True:
        index, value = await ctx.race(ctx.wait_for_event("n", str), ctx.sleep_until(deadline))
        if index == 1:
            return got
        got.append(str(value))


async def drive(client: Client, handle: Handle[Any]) -> None:
    for name in "ab":
        await client.advance(10)
        await handle.raise_event("n", name)
