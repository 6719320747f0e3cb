"""FLOW-070 A helper that awaits another helper keeps its own variables apart from those of its caller."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_070")
TAGS = ("flow",)
CASES = (Case(2, output=[1032, 106, 2], calls="add(102,1); add(105,1)"),)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


async def inner(ctx: Context, n: int) -> int:
    n += 100
    return await add(n, 1)


async def outer(ctx: Context, n: int) -> int:
    m = await inner(ctx, n)
    return m * 10 + n


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    return [await outer(ctx, n), await inner(ctx, 5), n]
