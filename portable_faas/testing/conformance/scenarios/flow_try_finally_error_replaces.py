"""FLOW-039 An error raised in a finally block replaces the one on its way out."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_039")
TAGS = ("flow",)
CASES = (
    Case((1, 2), output="fine", calls="check(1); check(2)"),
    Case((-1, 2), error=("ValueError", "-1 is negative"), calls="check(-1); check(2)"),
    Case((1, -2), error=("ValueError", "-2 is negative"), calls="check(1); check(-2)"),
    Case((-1, -2), error=("ValueError", "-2 is negative"), calls="check(-1); check(-2)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, pair: tuple[int, int]) -> str:
    try:
        await check(pair[0])
    finally:
        await check(pair[1])
    return "fine"
