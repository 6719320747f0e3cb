"""FLOW-073 An early return of a helper, also from inside its loop, ends the helper only."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_073")
TAGS = ("flow",)
CASES = (
    Case(11, output="10 0", calls="double(0)"),
    Case(8, output="10 0", calls="double(8); double(0)"),
    Case(1, output="-1 0", calls="double(1); double(2); double(0)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


async def capped(ctx: Context, n: int) -> int:
    for _ in range(2):
        if n > 10:
            return 10
        n = await double(n)
    return -1


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    return f"{await capped(ctx, n)} {await double(0)}"
