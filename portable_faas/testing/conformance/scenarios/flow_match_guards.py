"""FLOW-029 A guard is tried only when its pattern matches, and the next case follows when it is false."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_029")
TAGS = ("flow",)
CASES = (
    Case(0, output="zero", calls="double(0)"),
    Case(60, output="big 240", calls="double(60); double(120)"),
    Case(3, output="other 12", calls="double(3); double(6)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    match await double(n):
        case 0:
            return "zero"
        case big if big > 100:
            return f"big {await double(big)}"
        case other:
            return f"other {await double(other)}"
