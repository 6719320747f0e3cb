"""FLOW-062 An exception made in a handler is kept across awaits and raised later."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_062")
TAGS = ("flow",)
CASES = (Case(-2, error=("LookupError", "kept -2 is negative"), calls="check(-2); check(50)"),)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    kept = None
    try:
        await check(n)
    except ValueError as e:
        kept = LookupError(f"kept {e}")
    await check(50)
    if kept:
        raise kept
    return n
