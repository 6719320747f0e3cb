"""STATEFUL-031 Sub-orchestrations side by side, and mapped over a list."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_031")
TAGS = ("stateful",)
CASES = (Case([1, 2, 3], output=[[1, 4, 9], [1, 4, 9]]),)


@app.orchestrator
async def square(ctx: Context, n: int) -> int:
    await ctx.sleep(10 - n)
    return n * n


@app.orchestrator
async def main(ctx: Context, ns: list[int]) -> list[list[int]]:
    return [await ctx.gather(*[square(n) for n in ns]), await ctx.map(square, ns)]
