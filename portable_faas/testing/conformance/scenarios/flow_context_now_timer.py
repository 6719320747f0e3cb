"""FLOW-138 A timer moves `ctx.now()` on by at least its duration, in helpers and branches too."""

from datetime import datetime, timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_138")
TAGS = ("flow",)
CASES = (Case(10, output=[True] * 4, elapsed=30), Case(0, output=[True] * 4, elapsed=0))


async def nap(ctx: Context, seconds: int) -> datetime:
    await ctx.sleep(seconds)
    return ctx.now()


@app.orchestrator
async def main(ctx: Context, seconds: int) -> list[bool]:
    start = ctx.now()
    first = await nap(ctx, seconds)
    second, third = await ctx.gather(nap(ctx, seconds), nap(ctx, 2 * seconds))
    step = timedelta(seconds=seconds)
    return [first - start >= step, second - first >= step, third - second >= step, third <= ctx.now()]
