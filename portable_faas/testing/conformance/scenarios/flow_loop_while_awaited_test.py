"""FLOW-010 The awaited test of a while loop runs once more than its body."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_010")
TAGS = ("flow",)
CASES = (Case(0, output=[], calls="more(0)"), Case(2, output=[2, 1], calls="more(2); more(1); more(0)"))


@app.activity
def more(n: int) -> bool:
    return n > 0


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    seen: list[int] = []
    while await more(n):
        seen.append(n)
        n -= 1
    return seen
