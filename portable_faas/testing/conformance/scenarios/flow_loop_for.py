"""FLOW-014 A for loop awaits in its body once per item, in order; an empty list gives no call."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_014")
TAGS = ("flow",)
CASES = (
    Case([], output=0),
    Case([7], output=14, calls="double(7)"),
    Case([3, 1, 2], output=12, calls="double(3); double(1); double(2)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    total = 0
    for item in items:
        total += await double(item)
    return total
