"""FLOW-063 A caught exception kept across an await is raised later as the very error that was caught."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_063")
TAGS = ("flow",)
CASES = (
    Case(1, output=1, calls="check(1)"),
    Case(-2, error=("ValueError", "-2 is negative"), calls="check(-2); check(50)"),
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
    except ValueError as e:
        kept = e
    await check(50)
    raise kept
