"""FLOW-143 Logging, with arguments and inside a handler, changes nothing of what a program does."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_143")
TAGS = ("flow",)
CASES = (Case(3, output=3, calls="check(3)"), Case(-3, output=0, calls="check(-3)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    ctx.log.info("start %d", n)
    try:
        n = await check(n)
    except ValueError:
        ctx.log.exception("failed")
        n = 0
    ctx.log.debug("end")
    return n
