"""FLOW-075 A finally block of a helper runs before the caller's handler."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_075")
TAGS = ("flow",)
CASES = (Case(1, output=1, calls="check(1); check(50)"), Case(-1, output=60, calls="check(-1); check(50); check(60)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


async def careful(ctx: Context, n: int) -> int:
    try:
        return await check(n)
    finally:
        await check(50)


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    try:
        return await careful(ctx, n)
    except ValueError:
        return await check(60)
