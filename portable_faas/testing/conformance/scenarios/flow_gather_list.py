"""FLOW-099 A gather takes a list of calls of any length: none, one, many."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_099")
TAGS = ("flow",)
CASES = (
    Case([], output=[0]),
    Case([5], output=[10, 1], calls=("double(5)",)),
    Case([3, 1, 2], output=[6, 2, 4, 3], calls=("double(3)", "double(1)", "double(2)")),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    results = await ctx.gather(*[double(item) for item in items])
    return [*results, len(results)]
