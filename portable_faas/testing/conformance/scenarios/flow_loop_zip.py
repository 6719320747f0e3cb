"""FLOW-021 `zip` pairs the items of two lists in a loop with awaits and stops with the shorter one."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_021")
TAGS = ("flow",)
CASES = (Case(([], [1]), output=[]), Case(([1, 2, 3], [10, 20]), output=[11, 22], calls="add(1,10); add(2,20)"))


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, lists: tuple[list[int], list[int]]) -> list[int]:
    left, right = lists
    sums: list[int] = []
    for a, b in zip(left, right, strict=False):
        sums.append(await add(a, b))
    return sums
