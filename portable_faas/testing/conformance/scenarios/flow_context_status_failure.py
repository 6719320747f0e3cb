"""FLOW-142 The custom status set before a failure stays readable after it."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_142")
TAGS = ("flow",)
CASES = (
    Case(1, output=1, calls="check(1)", custom_status="checked"),
    Case(-1, error=("ValueError", "-1 is negative"), calls="check(-1)", custom_status="checking"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    await ctx.set_status("checking")
    await check(n)
    await ctx.set_status("checked")
    return n
