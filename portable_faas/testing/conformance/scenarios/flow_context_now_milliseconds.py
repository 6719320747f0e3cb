"""FLOW-137 `ctx.now()` has milliseconds and nothing finer, at the start and after a timer."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_137")
TAGS = ("flow",)
CASES = (Case(0, output=[0, 0], elapsed=0), Case(7, output=[0, 0], elapsed=7))


@app.orchestrator
async def main(ctx: Context, seconds: int) -> list[int]:
    first = ctx.now().microsecond % 1000
    await ctx.sleep(seconds)
    return [first, ctx.now().microsecond % 1000]
