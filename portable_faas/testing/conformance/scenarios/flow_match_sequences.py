"""FLOW-030 Sequence patterns capture items, the rest with a star, and tell lengths apart."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_030")
TAGS = ("flow",)
CASES = (
    Case([], output=-1),
    Case([4], output=4),
    Case([4, 5], output=9, calls="add(4,5)"),
    Case([1, 7, 8, 2], output=103, calls="add(1,2)"),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    match items:
        case [one]:
            return one
        case [first, second]:
            return await add(first, second)
        case [first, *_, last]:
            return 100 + await add(first, last)
    return -1
