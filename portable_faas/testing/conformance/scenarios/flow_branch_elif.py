"""FLOW-002 Of an if, elif, else chain whose tests await, exactly the tests up to the true one run."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_002")
TAGS = ("flow",)
CASES = (
    Case(51, output="huge", calls="double(51)"),
    Case(25, output="big", calls="double(25); double(26)"),
    Case(0, output="zero", calls="double(0); double(1)"),
    Case(3, output="small 10", calls="double(3); double(4); double(5)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    if await double(n) > 100:
        return "huge"
    if await double(n + 1) > 50:
        return "big"
    if n == 0:
        return "zero"
    return f"small {await double(n + 2)}"
