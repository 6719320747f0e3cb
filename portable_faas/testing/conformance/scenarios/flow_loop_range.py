"""FLOW-019 A range gives its numbers with start, stop and step, and a negative step counts down."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_019")
TAGS = ("flow",)
CASES = (
    Case(0, output=[]),
    Case(1, output=[0, 2], calls="double(0); double(1)"),
    Case(3, output=[0, 2, 4, 6, 2], calls="double(0); double(1); double(2); double(3); double(1)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    seen: list[int] = []
    for i in range(n):
        seen.append(await double(i))
    for i in range(n, 0, -2):
        seen.append(await double(i))
    return seen
