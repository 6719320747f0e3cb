"""FLOW-074 A helper called in a loop starts with fresh variables each time."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_074")
TAGS = ("flow",)
CASES = (Case([], output=[]), Case([0, 2, 1], output=[0, 2, 0], calls="double(0); double(1); double(0)"))


@app.activity
def double(n: int) -> int:
    return n * 2


async def total(ctx: Context, n: int) -> int:
    result = 0
    for i in range(n):
        result += await double(i)
    return result


@app.orchestrator
async def main(ctx: Context, sizes: list[int]) -> list[int]:
    totals: list[int] = []
    for size in sizes:
        totals.append(await total(ctx, size))
    return totals
