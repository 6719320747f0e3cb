"""FLOW-130 `sleep_until` understands a moment in any time zone."""

from datetime import timedelta, timezone

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_130")
TAGS = ("flow",)
CASES = (Case(9, output=True, elapsed=30), Case(-11, output=True, elapsed=30), Case(0, output=True, elapsed=30))


@app.orchestrator
async def main(ctx: Context, hours: int) -> bool:
    zone = timezone(timedelta(hours=hours))
    moment = (ctx.now() + timedelta(seconds=30)).astimezone(zone)
    await ctx.sleep_until(moment)
    return ctx.now() >= moment
