"""FLOW-119 A failing gather runs the finally block around it."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_119")
TAGS = ("flow",)
CASES = (Case(2, output=11, calls=("check(2)", "check(2)", "check(7)")),)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    total = 0
    try:
        total = sum(await ctx.gather(check(n), check(n)))
    finally:
        total += await check(7)
    return total
