"""FLOW-117 When a branch fails under a limit, the branches that wait for their turn never start."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_117")
TAGS = ("flow",)
CASES = (
    Case([1, 2], output=[1, 2], calls=("check(1)", "check(2)")),
    Case([1, -2, 3, 4], output=[100], calls=("check(1)", "check(-2)", "check(100)")),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    try:
        return list(await ctx.gather(*[check(item) for item in items], limit=1))
    except ValueError:
        return [await check(100)]
