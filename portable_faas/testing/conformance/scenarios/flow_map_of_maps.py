"""FLOW-124 Maps nest through a helper, and the outer result keeps the shape of the input."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_124")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case([[], [1, 2], [3]], output=[[], [2, 4], [6]], calls=("double(1)", "double(2)", "double(3)")),
)


@app.activity
def double(n: int) -> int:
    return n * 2


async def row(ctx: Context, cells: list[int]) -> list[int]:
    return await ctx.map(double, cells)


@app.orchestrator
async def main(ctx: Context, rows: list[list[int]]) -> list[list[int]]:
    return await ctx.map(row, rows)
