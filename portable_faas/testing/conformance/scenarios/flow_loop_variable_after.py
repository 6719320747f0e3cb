"""FLOW-026 The loop variable keeps its last value after the loop."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_026")
TAGS = ("flow",)
CASES = (Case([], output=-1), Case([4, 5], output=5, calls="double(4); double(5)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    item = -1
    for item in items:
        await double(item)
    return item
