"""FLOW-155 A retry written by hand, with a try and a timer in a loop, works like any other code."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_155")
TAGS = ("flow",)
CASES = (
    Case(0, output="0 at 0", calls="check(0)", elapsed=0),
    Case(-2, output="0 at 2", calls="check(-2); check(-1); check(0)", elapsed=15),
    Case(-9, output="gave up", calls="check(-9); check(-8); check(-7)", elapsed=30),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    for attempt in range(3):
        try:
            return f"{await check(n + attempt)} at {attempt}"
        except ValueError:
            await ctx.sleep(5 * (attempt + 1))
    return "gave up"
