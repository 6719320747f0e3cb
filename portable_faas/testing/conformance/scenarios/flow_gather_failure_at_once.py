"""FLOW-107 The time at which a gather fails is the time of its first failure, not of its slowest branch."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_107")
TAGS = ("flow",)
CASES = (Case(0, output="after 0 True"), Case(30, output="after 30 True"), Case(450, output="after 450 False"))


async def fail(ctx: Context, seconds: int) -> None:
    await ctx.sleep(seconds)
    raise LookupError(f"after {seconds}")


@app.orchestrator
async def main(ctx: Context, seconds: int) -> str:
    start = ctx.now()
    try:
        await ctx.gather(ctx.sleep(500), fail(ctx, seconds))
    except LookupError as e:
        return f"{e} {(ctx.now() - start).total_seconds() < 400}"
    return "fine"
