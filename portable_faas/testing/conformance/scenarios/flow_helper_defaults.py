"""FLOW-076 A helper takes defaults and keyword arguments like any function."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_076")
TAGS = ("flow",)
CASES = (Case(2, output=[6, 10, 9], calls="add(6,0); add(10,0); add(2,7)"),)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


async def scaled(ctx: Context, n: int, factor: int = 3, *, extra: int = 0) -> int:
    return await add(n * factor, extra)


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    return [await scaled(ctx, n), await scaled(ctx, n, 5), await scaled(ctx, n, extra=7, factor=1)]
