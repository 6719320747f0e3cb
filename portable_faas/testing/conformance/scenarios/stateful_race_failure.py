"""STATEFUL-022 If the first to end failed, its error is raised; the rest is abandoned."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_022")
TAGS = ("stateful",)
CASES = (Case(output="too fast", elapsed=5.0),)


async def fail(ctx: Context) -> None:
    await ctx.sleep(5)
    raise ValueError("too fast")


@app.orchestrator
async def main(ctx: Context) -> str:
    try:
        await ctx.race(ctx.sleep(60), fail(ctx))
    except ValueError as error:
        return str(error)
    return "no"
