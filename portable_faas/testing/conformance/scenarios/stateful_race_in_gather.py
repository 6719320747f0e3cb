"""STATEFUL-023 Races inside a gather, and a gather inside a race."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_023")
TAGS = ("stateful",)
CASES = (Case(output=[[[0, 1], [1, 2]], 0], elapsed=7.0),)


async def late(ctx: Context, seconds: int, value: int) -> int:
    await ctx.sleep(seconds)
    return value


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    pairs = await ctx.gather(ctx.race(late(ctx, 1, 1), late(ctx, 2, 0)), ctx.race(late(ctx, 4, 0), late(ctx, 3, 2)))
    index, _ = await ctx.race(ctx.gather(late(ctx, 3, 1), late(ctx, 4, 2)), ctx.sleep(9))
    return [[list(pair) for pair in pairs], index]
