"""FLOW-118 A gather in a loop starts its branches anew each round, with what the last round gave."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_118")
TAGS = ("flow",)
CASES = (
    Case([], output=0),
    Case([7], output=7),
    Case([1, 2, 3], output=6, calls=("add(1,2)", "add(3,3)")),
    Case([1, 2, 3, 4], output=10, calls=("add(1,2)", "add(3,4)", "add(3,7)")),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    while len(items) > 1:
        pairs = list(zip(items[::2], items[1::2], strict=False))
        sums = await ctx.gather(*[add(a, b) for a, b in pairs])
        items = [*sums, *items[2 * len(pairs) :]]
    return items[0] if items else 0
