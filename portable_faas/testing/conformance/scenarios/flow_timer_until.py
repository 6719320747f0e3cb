"""FLOW-129 `sleep_until` waits for a moment to come and returns at once for a past one."""

from datetime import timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_129")
TAGS = ("flow",)
CASES = (Case(50, output=True, elapsed=50), Case(0, output=True, elapsed=0), Case(-50, output=True, elapsed=0))


@app.orchestrator
async def main(ctx: Context, seconds: int) -> bool:
    moment = ctx.now() + timedelta(seconds=seconds)
    await ctx.sleep_until(moment)
    return ctx.now() >= moment
