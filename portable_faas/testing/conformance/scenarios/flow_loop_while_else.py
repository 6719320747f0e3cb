"""FLOW-013 The else of a while loop runs when its test turns false and not after a break."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_013")
TAGS = ("flow",)
CASES = (
    Case(20, output="ended at 40", calls="double(20)"),
    Case(3, output="left at 12", calls="double(3); double(6)"),
    Case(5, output="ended at 40", calls="double(5); double(10); double(20)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    while n < 20:
        n = await double(n)
        if n == 12:
            break
    else:
        return f"ended at {await double(n)}"
    return f"left at {n}"
