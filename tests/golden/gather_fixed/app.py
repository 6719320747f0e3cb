"""Branches that are not alike run in a Parallel."""

from portable_faas import App, Context

app = App("gather_fixed")


@app.activity
def work(n: int) -> int:
    return n


async def two(ctx: Context, n: int) -> int:
    return await work(await work(n))


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    one, _, other = await ctx.gather(work(n), ctx.sleep(60), two(ctx, n))
    return one + other
