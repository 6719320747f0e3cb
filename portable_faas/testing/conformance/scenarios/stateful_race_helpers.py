"""STATEFUL-021 Helpers race; of the losers nothing runs afterwards, not even finally."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_021")
TAGS = ("stateful",)
CASES = (Case([30, 10, 20], output=[1, 10], calls="note(10)"),)


@app.activity
def note(seconds: int) -> int:
    return seconds


async def runner(ctx: Context, seconds: int) -> int:
    try:
        await ctx.sleep(seconds)
    finally:
        await note(seconds)
    return seconds


@app.orchestrator
async def main(ctx: Context, waits: list[int]) -> list[Any]:
    index, value = await ctx.race(*[runner(ctx, seconds) for seconds in waits])
    await ctx.sleep(100)
    return [index, value]
