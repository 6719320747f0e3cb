"""FLOW-018 A while loop inside a for loop keeps its own state and starts anew for each item."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_018")
TAGS = ("flow",)
CASES = (
    Case([], output={}),
    Case([10], output={"10": 0}),
    Case([5, 3], output={"5": 1, "3": 2}, calls="double(5); double(3); double(6)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, starts: list[int]) -> dict[str, int]:
    rounds: dict[str, int] = {}
    for start in starts:
        n, count = start, 0
        while n < 10:
            n = await double(n)
            count += 1
        rounds[str(start)] = count
    return rounds
