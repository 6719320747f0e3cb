"""STATEFUL-024 Activities race against a timer; the result of a late one is dropped."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_024")
TAGS = ("stateful",)
CASES = (Case(3, output=[0, 6], calls="double(3)"),)


@app.activity
def double(n: int) -> int:
    return 2 * n


@app.orchestrator
async def main(ctx: Context, n: int) -> list[Any]:
    index, value = await ctx.race(double(n), ctx.sleep(3600))
    return [index, value]
