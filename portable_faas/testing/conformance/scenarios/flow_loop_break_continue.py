"""FLOW-016 `continue` skips the rest of a round and `break` the rest of the loop, around awaits."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_016")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case([1, 2, 3, 4], output=[4, 8], calls="double(2); double(4)"),
    Case([2, 8, 4], output=[4], calls="double(2); double(8)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    kept: list[int] = []
    for item in items:
        if item % 2:
            continue
        result = await double(item)
        if result > 15:
            break
        kept.append(result)
    return kept
