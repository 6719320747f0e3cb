"""FLOW-080 The result of one call may be the argument of the next within one expression."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_080")
TAGS = ("flow",)
CASES = (Case(1, output=12, calls="double(1); double(2); add(2,4); double(6)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await double(await add(await double(n), await double(n + 1)))
