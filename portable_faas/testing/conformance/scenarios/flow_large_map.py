"""FLOW-224 A map of fifteen hundred items gives all results in order."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_224")
TAGS = ("flow",)
CASES = (Case(1500, output=[1500, 1_124_250, 1499], calls=tuple(f"same({n})" for n in range(1500))),)


@app.activity
def same(number: int) -> int:
    return number


@app.orchestrator
async def main(ctx: Context, count: int) -> list[int]:
    found = await ctx.map(same, range(count))
    return [len(found), sum(found), found[-1]]
