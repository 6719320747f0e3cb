"""FLOW-101 Results come in the order of the arguments when the branches finish in another order."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_101")
TAGS = ("flow",)
CASES = (Case([], output=[], elapsed=0), Case([30, 10, 20], output=["slept 30", "slept 10", "slept 20"], elapsed=30))


async def nap(ctx: Context, seconds: int) -> str:
    await ctx.sleep(seconds)
    return f"slept {seconds}"


@app.orchestrator
async def main(ctx: Context, naps: list[int]) -> list[str]:
    return list(await ctx.gather(*[nap(ctx, seconds) for seconds in naps]))
