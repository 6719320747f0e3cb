"""STATEFUL-039 Events raised in any run are received once and in order by the runs after it."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_039")
TAGS = ("stateful",)
CASES = (Case([], output=list(range(20))),)


@app.orchestrator
async def main(ctx: Context, got: list[int]) -> list[int]:
    got = [*got, await ctx.wait_for_event("n", int)]
    if len(got) < 20:
        return await ctx.continue_as_new(got)
    return got


async def drive(client: Client, handle: Handle[Any]) -> None:
    for number in range(20):
        await handle.raise_event("n", number, id=str(number))
        await handle.raise_event("n", number, id=str(number))
        if number % 7 == 0:
            await client.advance(1)
