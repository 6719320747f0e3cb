"""STATEFUL-016 A race gives the index and the value of the first to end; a timer wins when nothing else comes."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_016")
TAGS = ("stateful",)
CASES = (Case(output=[1, None], elapsed=30.0),)


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    index, value = await ctx.race(ctx.wait_for_event("go"), ctx.sleep(30))
    return [index, value]
