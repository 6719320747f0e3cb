"""FLOW-059 A bare raise passes the caught error on, after the awaits of its handler."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_059")
TAGS = ("flow",)
CASES = (
    Case(1, output=1, calls="check(1)"),
    Case(-2, output=0, calls="check(-2); check(2)"),
    Case(-6, error=("ValueError", "-6 is negative"), calls="check(-6); check(6)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    try:
        return await check(n)
    except ValueError:
        if await check(-n) > 5:
            raise
        return 0
