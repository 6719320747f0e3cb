"""FLOW-102 Branches that are helpers run their own calls in order, each with its own variables."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_102")
TAGS = ("flow",)
CASES = (Case(1, output=[4, 5, 20], calls=("double(1); double(2)", "double(10)")),)


@app.activity
def double(n: int) -> int:
    return n * 2


async def chain(ctx: Context, n: int, rounds: int) -> int:
    for _ in range(rounds):
        n = await double(n)
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    a, b, c = await ctx.gather(chain(ctx, n, 2), chain(ctx, n + 4, 0), chain(ctx, 10, 1))
    return [a, b, c]
