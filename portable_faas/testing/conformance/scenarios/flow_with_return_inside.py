"""FLOW-068 A return inside a with block leaves it with its value."""

from contextlib import suppress

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_068")
TAGS = ("flow",)
CASES = (
    Case(0, output="zero"),
    Case(2, output="got 2", calls="check(2)"),
    Case(-2, output="suppressed", calls="check(-2)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    with suppress(ValueError):
        if n == 0:
            return "zero"
        return f"got {await check(n)}"
    return "suppressed"
