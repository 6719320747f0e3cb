"""FLOW-135 A loop polls with a timer between two looks until the answer comes or the deadline has passed."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_135")
TAGS = ("flow",)
CASES = (
    Case(0, output="done at look 0", calls="ready(0,0)", elapsed=0),
    Case(1, output="done at look 1", calls="ready(1,0); ready(1,1)", elapsed=10),
    Case(9, output="gave up", calls="ready(9,0); ready(9,1)", elapsed=20),
)


@app.activity
def ready(at: int, look: int) -> bool:
    return look >= at


@app.orchestrator
async def main(ctx: Context, at: int) -> str:
    start, look = ctx.now(), 0
    while (ctx.now() - start).total_seconds() < 15:
        if await ready(at, look):
            return f"done at look {look}"
        look += 1
        await ctx.sleep(10)
    return "gave up"
