"""FLOW-108 The error of a gathered branch that nobody catches is the error of the orchestrator."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_108")
TAGS = ("flow",)
CASES = (
    Case([1, 2], output=3, calls=("check(1)", "check(2)")),
    Case([-4], error=("ValueError", "-4 is negative"), calls=("check(-4)",)),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    return sum(await ctx.gather(*[check(item) for item in items]))
