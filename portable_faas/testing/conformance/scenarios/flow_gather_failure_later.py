"""FLOW-109 The first failure in time is raised, not the first in the order of the arguments."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_109")
TAGS = ("flow",)
CASES = (
    Case([], output=0),
    Case([90, 30, 60], error=("ValueError", "failed after 30")),
    Case([20], error=("ValueError", "failed after 20")),
)


async def fail(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    raise ValueError(f"failed after {seconds}")


@app.orchestrator
async def main(ctx: Context, waits: list[int]) -> int:
    await ctx.gather(*[fail(ctx, seconds) for seconds in waits])
    return 0
