"""FLOW-097 An await inside a comprehension runs its calls one after another."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_097")
TAGS = ("flow",)
CASES = (Case([], output=[0]), Case([3, -1, 2], output=[6, 4, 2], calls="double(3); double(2)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    doubled = [await double(item) for item in items if item > 0]
    return [*doubled, len(doubled)]
