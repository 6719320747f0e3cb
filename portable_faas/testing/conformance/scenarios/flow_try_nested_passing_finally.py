"""FLOW-043 An error on its way to the outer handler passes the finally block of the inner try first."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_043")
TAGS = ("flow",)
CASES = (Case(1, output="got 1 finally ", calls="check(1)"), Case(-1, output="finally outer", calls="check(-1)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    steps = ""
    try:
        try:
            steps += f"got {await check(n)} "
        finally:
            steps += "finally "
    except ValueError:
        steps += "outer"
    return steps
