"""FLOW-009 A while loop tests before each round, so it runs zero, one or many times."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_009")
TAGS = ("flow",)
CASES = (
    Case(1, output=(1, 0)),
    Case(2, output=(2, 1), calls="double(1)"),
    Case(9, output=(16, 4), calls="double(1); double(2); double(4); double(8)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, limit: int) -> tuple[int, int]:
    n, rounds = 1, 0
    while n < limit:
        n = await double(n)
        rounds += 1
    return n, rounds
