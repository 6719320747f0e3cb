"""FLOW-141 `ctx.set_status` publishes plain JSON; the last value stays after the end."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_141")
TAGS = ("flow",)
CASES = (Case([], output=0), Case([4, 5], output=18, calls="double(4); double(5)", custom_status=[18, None, "ready"]))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    total = 0
    for done, item in enumerate(items):
        await ctx.set_status({"done": done, "of": len(items)})
        total += await double(item)
    if items:
        await ctx.set_status([total, None, "ready"])
    return total
