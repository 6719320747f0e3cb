"""STATEFUL-040 A child that continues as new gives the result of its last run."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_040")
TAGS = ("stateful",)
CASES = (Case(3, output=[0, 3]),)


@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    await ctx.sleep(1)
    if n > 0:
        return await ctx.continue_as_new(n - 1)
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    return [await child(n), n]
