"""FLOW-008 A conditional expression and an if choose which activity a call goes to."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_008")
TAGS = ("flow",)
CASES = (Case(3, output=6, calls="double(3)"), Case(-3, output=3, calls="negate(-3)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity
def negate(n: int) -> int:
    return -n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    step = double if n > 0 else negate
    return await step(n)
