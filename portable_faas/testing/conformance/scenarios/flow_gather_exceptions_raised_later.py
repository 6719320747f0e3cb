"""FLOW-113 An exception that a gather returned may be raised after more awaits."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_113")
TAGS = ("flow",)
CASES = (
    Case([1], output=1, calls=("check(1)", "check(0)")),
    Case([-1, 2, -3], error=("ValueError", "-3 is negative"), calls=("check(-1)", "check(2)", "check(-3)", "check(2)")),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    results = await ctx.gather(*[check(item) for item in items], return_exceptions=True)
    errors = [result for result in results if isinstance(result, Exception)]
    await check(len(errors))
    if errors:
        raise errors[-1]
    return len(results)
