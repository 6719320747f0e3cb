"""FLOW-037 A finally block runs when the awaited activity fails, before the error leaves, and when it succeeds."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_037")
TAGS = ("flow",)
CASES = (
    Case(1, output=101, calls="check(1); check(100)"),
    Case(-1, error=("ValueError", "-1 is negative"), calls="check(-1); check(100)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    result = 0
    try:
        result = await check(n)
    finally:
        result += await check(100)
    return result
