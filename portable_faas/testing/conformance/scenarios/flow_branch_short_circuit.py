"""FLOW-005 The right side of `and` and `or` is awaited only when the left side leaves the answer open."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_005")
TAGS = ("flow",)
CASES = (
    Case((1, 2), output=[True, True, False], calls="positive(1); positive(2); positive(1); positive(2)"),
    Case((-1, 2), output=[False, True, False], calls="positive(-1); positive(-1); positive(2); positive(2)"),
    Case((1, -2), output=[False, True, True], calls="positive(1); positive(-2); positive(1); positive(-2)"),
)


@app.activity
def positive(n: int) -> bool:
    return n > 0


@app.orchestrator
async def main(ctx: Context, pair: tuple[int, int]) -> list[bool]:
    a, b = pair
    both = await positive(a) and await positive(b)
    either = await positive(a) or await positive(b)
    return [both, either, not await positive(b)]
