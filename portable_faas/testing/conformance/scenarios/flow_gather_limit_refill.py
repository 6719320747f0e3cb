"""FLOW-116 With a limit the next branch starts as soon as one has finished, not when all have."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_116")
TAGS = ("flow",)
CASES = (
    Case([30, 10, 10, 10], output=[30, 10, 10, 10], elapsed=30),
    Case([10, 40, 10], output=[10, 40, 10], elapsed=40),
)


async def nap(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return seconds


@app.orchestrator
async def main(ctx: Context, naps: list[int]) -> list[int]:
    return list(await ctx.gather(*[nap(ctx, seconds) for seconds in naps], limit=2))
