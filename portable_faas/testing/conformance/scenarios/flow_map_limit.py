"""FLOW-122 A map with a limit runs at most that many items at a time."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_122")
TAGS = ("flow",)
CASES = (
    Case([], output=[], elapsed=0),
    Case([10, 10, 10, 10, 10], output=[10] * 5, elapsed=30),
    Case([20, 5, 5, 5], output=[20, 5, 5, 5], elapsed=20),
)


async def nap(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return seconds


@app.orchestrator
async def main(ctx: Context, naps: list[int]) -> list[int]:
    return await ctx.map(nap, naps, limit=2)
