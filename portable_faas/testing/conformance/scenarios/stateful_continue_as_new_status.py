"""STATEFUL-041 The custom status and the time of creation outlive a run."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_041")
TAGS = ("stateful",)
CASES = (Case(2, output="end", custom_status="run 2"),)


@app.orchestrator
async def main(ctx: Context, left: int) -> str:
    if left == 2:
        await ctx.set_status("run 2")
    await ctx.sleep(60)
    if left:
        return await ctx.continue_as_new(left - 1)
    return "end"
