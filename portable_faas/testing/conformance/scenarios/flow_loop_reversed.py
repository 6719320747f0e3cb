"""FLOW-022 `reversed` and `sorted` give a loop with awaits its order and leave the list as it was."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_022")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case(
        [2, 3, 1],
        output=[2, 6, 4, 2, 4, 6, 2, 3, 1],
        calls="double(1); double(3); double(2); double(1); double(2); double(3)",
    ),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    seen: list[int] = []
    for item in reversed(items):
        seen.append(await double(item))
    for item in sorted(items):
        seen.append(await double(item))
    return seen + items
