"""FLOW-103 A gather may be a branch of a gather."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_103")
TAGS = ("flow",)
CASES = (Case(1, output=[2, 4, 6], calls=("double(1)", "double(2)", "double(3)")),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    (a, b), c = await ctx.gather(ctx.gather(double(n), double(n + 1)), double(n + 2))
    return [a, b, c]
