"""FLOW-125 A map takes any iterable: a range, a dict's items, a generator expression."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_125")
TAGS = ("flow",)
CASES = (
    Case({}, output=[]),
    Case({"b": 1, "a": 2}, output=["b2", "a3", "r1", "r2"], calls=("add(1,1)", "add(2,1)", "add(0,1)", "add(1,1)")),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


async def line(ctx: Context, item: tuple[str, int]) -> str:
    name, number = item
    return f"{name}{await add(number, 1)}"


@app.orchestrator
async def main(ctx: Context, counts: dict[str, int]) -> list[str]:
    lines = await ctx.map(line, counts.items())
    return lines + await ctx.map(line, (("r", i) for i in range(len(counts))))
