"""FLOW-088 Awaits inside list, tuple and dict displays run in order."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_088")
TAGS = ("flow",)
CASES = (Case(1, output={"list": [1, 4], "tuple": [2, 1, 6]}, calls="double(1); double(2); double(3)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> dict[str, list[int]]:
    pair = (await double(n), n)
    return {"list": [n, await double(n + 1)], "tuple": [*pair, await double(n + 2)]}
