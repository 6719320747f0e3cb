"""FLOW-069 An async helper is awaited with the context first and gives its result like a function."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_069")
TAGS = ("flow",)
CASES = (Case(3, output=13, calls="double(3); double(6)"), Case(0, output=1, calls="double(0); double(0)"))


@app.activity
def double(n: int) -> int:
    return n * 2


async def fourfold(ctx: Context, n: int) -> int:
    return await double(await double(n))


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await fourfold(ctx, n) + 1
