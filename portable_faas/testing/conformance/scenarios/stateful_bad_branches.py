"""STATEFUL-075 A branch that cannot even begin fails at once, or is kept with its error, whatever it is."""

from datetime import timedelta
from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_075")
TAGS = ("stateful",)
LONG = timedelta(days=400)  # longer than a run lasts
CASES = (
    Case("timer", output="ValueError", elapsed=0.0),
    Case("status", output="NotPortable", elapsed=0.0),
    Case("nested", output="ValueError", elapsed=0.0),
    Case("raced", output="ValueError", elapsed=0.0),
    Case("kept", output="ValueError ValueError ValueError NotPortable NoneType", elapsed=60.0),
)


@app.orchestrator
async def main(ctx: Context, how: str) -> str:
    try:
        if how == "timer":
            await ctx.gather(ctx.sleep(LONG), ctx.sleep(60))
        if how == "status":
            await ctx.gather(ctx.sleep(60), ctx.set_status({1}))
        if how == "nested":
            await ctx.gather(ctx.gather(ctx.sleep(LONG), return_exceptions=False), ctx.sleep(60))
        if how == "raced":
            await ctx.race(ctx.sleep(60), ctx.sleep(LONG))
        inner = ctx.gather(ctx.sleep(LONG)), ctx.race(ctx.sleep(60), ctx.sleep(LONG))
        rest = ctx.sleep(LONG), ctx.set_status({1}), ctx.sleep(60)
        kept: list[Any] = await ctx.gather(*inner, *rest, return_exceptions=True)
        return " ".join(type(each).__name__ for each in kept)
    except Exception as error:
        return type(error).__name__
