"""FLOW-128 A sleep of zero seconds returns at once and gives None."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_128")
TAGS = ("flow",)
CASES = (Case(0, output=[], elapsed=0), Case(3, output=[None, None, None], elapsed=0))


@app.orchestrator
async def main(ctx: Context, rounds: int) -> list[None]:
    naps: list[None] = []
    for _ in range(rounds):
        nothing = await ctx.gather(ctx.sleep(0))
        await ctx.sleep(0)
        naps.append(nothing[0])
    return naps
