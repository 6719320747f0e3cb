"""FLOW-004 A conditional expression awaits only the side it takes, also when its test awaits."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_004")
TAGS = ("flow",)
CASES = (
    Case(2, output=204, calls="double(2); double(2); double(100)"),
    Case(1, output=2, calls="double(1); double(1)"),
    Case(-1, output=-1, calls="double(-1)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    first = await double(n) if n > 0 else -1
    second = await double(100) if await double(n) == 4 else 0
    return first + second
