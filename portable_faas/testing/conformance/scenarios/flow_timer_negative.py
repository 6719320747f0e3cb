"""FLOW-133 A negative or endless sleep is a ValueError where it is written, and may be caught."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_133")
TAGS = ("flow",)
CASES = (Case(-1.0, output="refused", elapsed=10), Case(5.0, output="slept", elapsed=5))


@app.orchestrator
async def main(ctx: Context, seconds: float) -> str:
    try:
        await ctx.sleep(seconds)
    except ValueError:
        await ctx.sleep(10)
        return "refused"
    return "slept"
