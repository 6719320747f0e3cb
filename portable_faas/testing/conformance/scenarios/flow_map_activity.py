"""FLOW-120 `ctx.map` runs an activity on every item and gives the results in order; no items give no call."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_120")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case([5], output=[10], calls=("double(5)",)),
    Case([3, 1, 2], output=[6, 2, 4], calls=("double(3)", "double(1)", "double(2)")),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    return await ctx.map(double, items)
