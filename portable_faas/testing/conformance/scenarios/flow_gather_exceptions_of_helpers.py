"""FLOW-114 With return_exceptions an error that a helper raises itself is returned too, and all branches finish."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_114")
TAGS = ("flow",)
CASES = (
    Case(40, output=["part -40", "80"], calls=("double(40)",), elapsed=40),
    Case(0, output=["0", "0"], calls=("double(0)", "double(0)")),
)


@app.activity
def double(n: int) -> int:
    return n * 2


async def part(ctx: Context, n: int) -> int:
    if n < 0:
        raise LookupError(f"part {n}")
    await ctx.sleep(n)
    return await double(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> list[str]:
    results = await ctx.gather(part(ctx, -n), part(ctx, n), return_exceptions=True)
    return [str(result) for result in results]
