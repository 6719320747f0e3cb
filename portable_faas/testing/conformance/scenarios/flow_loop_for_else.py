"""FLOW-015 The else of a for loop runs when no break ended it, also for an empty list."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_015")
TAGS = ("flow",)
CASES = (
    Case([], output="none"),
    Case([-1, 5, 6], output="first is 5", calls="positive(-1); positive(5)"),
    Case([-1, -2], output="none", calls="positive(-1); positive(-2)"),
)


@app.activity
def positive(n: int) -> bool:
    return n > 0


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> str:
    for item in items:
        if await positive(item):
            break
    else:
        return "none"
    return f"first is {item}"
