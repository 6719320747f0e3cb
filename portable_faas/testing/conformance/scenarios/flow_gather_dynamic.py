"""FLOW-100 A list of calls may be built by a loop with conditions before it is gathered."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_100")
TAGS = ("flow",)
CASES = (
    Case([], output=[0], calls=("double(0)",)),
    Case([2, 0, -3], output=[0, 4, 3], calls=("double(0)", "double(2)", "negate(-3)")),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity
def negate(n: int) -> int:
    return -n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    calls = [double(0)]
    for item in items:
        if item:
            calls.append(double(item) if item > 0 else negate(item))
    return list(await ctx.gather(*calls))
