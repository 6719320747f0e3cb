"""FLOW-132 A sleep of months takes as long as it says."""

from datetime import timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_132")
TAGS = ("flow",)
CASES = (Case(1, output=1, elapsed=86_400), Case(300, output=300, elapsed=25_920_000))


@app.orchestrator
async def main(ctx: Context, days: int) -> int:
    start = ctx.now()
    await ctx.sleep(timedelta(days=days))
    return (ctx.now() - start).days
