"""FLOW-115 A limit lets at most that many branches run at a time, and the results keep their order."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_115")
TAGS = ("flow",)
CASES = (
    Case(1, output=[11] * 4, elapsed=40),
    Case(2, output=[11] * 4, elapsed=20),
    Case(3, output=[11] * 4, elapsed=20),
    Case(9, output=[11] * 4, elapsed=10),
)


async def nap(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    return seconds + 1


@app.orchestrator
async def main(ctx: Context, limit: int) -> list[int]:
    return list(await ctx.gather(*[nap(ctx, 10) for _ in range(4)], limit=limit))
