"""FLOW-104 A helper that gathers may itself be gathered, and goes on after its inner gather."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_104")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case([0], output=[1000], calls=("add(0,1000)",)),
    Case([2, 1], output=[1005, 1001], calls=("add(2,0)", "add(2,1)", "add(5,1000)", "add(1,0)", "add(1,1000)")),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


async def row(ctx: Context, n: int) -> int:
    results = await ctx.gather(*[add(n, i) for i in range(n)])
    return await add(sum(results), 1000)


@app.orchestrator
async def main(ctx: Context, sizes: list[int]) -> list[int]:
    return list(await ctx.gather(*[row(ctx, size) for size in sizes]))
