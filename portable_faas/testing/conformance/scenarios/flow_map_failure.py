"""FLOW-123 The first failure of a map is raised and can be caught."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_123")
TAGS = ("flow",)
CASES = (
    Case([1, 2], output=[1, 2], calls=("check(1)", "check(2)")),
    Case([1, -22, 3], output=[15, 0], calls=("check(1)", "check(-22)", "check(0)")),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    try:
        return await ctx.map(check, items, limit=1)
    except ValueError as e:
        return [len(str(e)), await check(0)]
