"""FLOW-040 A return inside try keeps its value while the finally block awaits."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_040")
TAGS = ("flow",)
CASES = (Case(6, output=12, calls="double(6); double(50)"), Case(1, output=100, calls="double(50)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    try:
        if n > 5:
            return await double(n)
        n += 1
    finally:
        n = await double(50)
    return n
