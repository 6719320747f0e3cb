"""FLOW-136 `ctx.now()` is aware UTC, constant between two awaits, and never goes back over them."""

from datetime import timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_136")
TAGS = ("flow",)
CASES = (Case(1, output=[True, True, True, True], calls="double(1)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[bool]:
    before = ctx.now()
    same = before == ctx.now()
    await double(n)
    after = ctx.now()
    return [same, after >= before, after == ctx.now(), after.utcoffset() == timedelta(0)]
