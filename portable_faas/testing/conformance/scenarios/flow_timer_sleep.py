"""FLOW-127 A sleep takes its seconds of virtual time, whole, fractional or as a timedelta."""

from datetime import timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_127")
TAGS = ("flow",)
CASES = (Case(0.0, output="awake", elapsed=121), Case(9.0, output="awake", elapsed=130))


@app.orchestrator
async def main(ctx: Context, seconds: float) -> str:
    await ctx.sleep(seconds)
    await ctx.sleep(timedelta(minutes=2))
    await ctx.sleep(1)
    return "awake"
