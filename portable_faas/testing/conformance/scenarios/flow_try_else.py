"""FLOW-036 The else of a try runs only when nothing was raised, and its own errors are not caught there."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_036")
TAGS = ("flow",)
CASES = (
    Case((1, 2), output="1 2", calls="check(1); check(2)"),
    Case((-1, 2), output="first", calls="check(-1)"),
    Case((1, -2), error=("ValueError", "-2 is negative"), calls="check(1); check(-2)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, pair: tuple[int, int]) -> str:
    try:
        first = await check(pair[0])
    except ValueError:
        return "first"
    else:
        return f"{first} {await check(pair[1])}"
