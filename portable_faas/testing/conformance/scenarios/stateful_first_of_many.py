"""STATEFUL-026 `first(n)` gives pairs in the order in which they ended."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_026")
TAGS = ("stateful",)
CASES = (Case([50, 10, 40, 20, 30], output=[[1, 10], [3, 20], [4, 30]], elapsed=30.0),)


async def answer(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return seconds


@app.orchestrator
async def main(ctx: Context, waits: list[int]) -> list[list[int]]:
    got = await ctx.first(3, *[answer(ctx, seconds) for seconds in waits])
    return [[index, value] for index, value in got]
