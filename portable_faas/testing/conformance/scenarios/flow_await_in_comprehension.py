"""FLOW-232 A comprehension may run over what is awaited, and its variable may be called like one of the function."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_232")
TAGS = ("flow",)
CASES = (Case(3, output=[30, [0, 10, 20]], calls=("ten(0)", "ten(1)", "ten(2)")),)


@app.activity
def ten(number: int) -> int:
    return 10 * number


@app.orchestrator
async def main(ctx: Context, count: int) -> list[object]:
    each = [value for value in await ctx.map(ten, range(count))]
    value = sum(each)
    return [value, each]
