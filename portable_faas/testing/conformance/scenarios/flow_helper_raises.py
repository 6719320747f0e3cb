"""FLOW-071 An error that leaves a helper is caught by the caller."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_071")
TAGS = ("flow",)
CASES = (Case(1, output="got 1", calls="check(1)"), Case(-1, output="caught -1 is negative", calls="check(-1)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


async def strict(ctx: Context, n: int) -> int:
    return await check(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        return f"got {await strict(ctx, n)}"
    except ValueError as e:
        return f"caught {e}"
