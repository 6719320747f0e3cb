"""FLOW-105 Activities, helpers and timers may be gathered together; a timer gives None."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_105")
TAGS = ("flow",)
CASES = (Case(1, output=[2, None, 4], calls=("double(1)", "double(2)"), elapsed=20),)


@app.activity
def double(n: int) -> int:
    return n * 2


async def later(ctx: Context, n: int) -> int:
    await ctx.sleep(5)
    return await double(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int | None]:
    a, b, c = await ctx.gather(later(ctx, n), ctx.sleep(20), double(n + 1))
    return [a, b, c]
