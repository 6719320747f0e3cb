"""FLOW-041 A break or continue inside try runs the finally block of its round."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_041")
TAGS = ("flow",)
CASES = (Case([3, 0, -1, 5], output=603, calls="double(100); double(100); double(100)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> int:
    total = 0
    for item in items:
        try:
            if item == 0:
                continue
            if item < 0:
                break
            total += item
        finally:
            total += await double(100)
    return total
