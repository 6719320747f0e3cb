"""FLOW-179 Nested try blocks undo exactly the steps that were done, the last one first."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_179")
TAGS = ("flow",)
CASES = (Case([20, -3], output=11, calls="check(20); check(-3); check(21); check(11)"),)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, steps: list[int]) -> int:
    try:
        await check(steps[0])
        try:
            return await check(steps[1])
        except ValueError:
            await check(21)
            raise
    except ValueError:
        return await check(11)
