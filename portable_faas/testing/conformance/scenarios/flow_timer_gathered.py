"""FLOW-134 Gathered sleeps run side by side and give None each; the longest one decides."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_134")
TAGS = ("flow",)
CASES = (Case([], output=0, elapsed=7), Case([10, 30, 20], output=3, elapsed=37))


@app.orchestrator
async def main(ctx: Context, waits: list[int]) -> int:
    naps = await ctx.gather(*[ctx.sleep(wait) for wait in waits])
    await ctx.gather(ctx.sleep(5), ctx.gather(ctx.sleep(7), ctx.sleep(6)))
    return len(naps)
