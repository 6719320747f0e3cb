"""FLOW-035 A failing activity takes the except path, a succeeding one the path after the await."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_035")
TAGS = ("flow",)
CASES = (Case(1, output="got 1", calls="check(1)"), Case(-1, output="caught -1 is negative", calls="check(-1)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        return f"got {await check(n)}"
    except ValueError as e:
        return f"caught {e}"
