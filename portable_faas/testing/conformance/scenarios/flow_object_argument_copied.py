"""FLOW-182 An activity that changes its argument changes its own copy only."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_182")
TAGS = ("flow",)
CASES = (
    Case([1], output=(2, [1], {"a": 1}), calls='spoil([1],{"a":1})'),
    Case([], output=(2, [], {"a": 1}), calls='spoil([],{"a":1})'),
)


@app.activity
def spoil(items: list[int], table: dict[str, int]) -> int:
    items.append(99)
    table["x"] = len(items)
    return len(table)


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> tuple[int, list[int], dict[str, int]]:
    table = {"a": 1}
    size = await spoil(items, table)
    return size, items, table
