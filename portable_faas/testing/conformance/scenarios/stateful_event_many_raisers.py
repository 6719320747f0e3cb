"""STATEFUL-014 Five raisers at once with duplicates: every id is received once."""

import asyncio
from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_014")
TAGS = ("stateful",)
CASES = (Case(output=sorted(range(15))),)


@app.orchestrator
async def main(ctx: Context) -> list[int]:
    got: list[int] = []
    while len(got) < 15:
        got.append(await ctx.wait_for_event("n", int))
    return sorted(got)


async def drive(_client: Client, handle: Handle[Any]) -> None:
    async def raiser(first: int) -> None:
        for number in (first, first, first + 5, first + 10, first + 5):
            await handle.raise_event("n", number, id=str(number))

    await asyncio.gather(*[raiser(first) for first in range(5)])
