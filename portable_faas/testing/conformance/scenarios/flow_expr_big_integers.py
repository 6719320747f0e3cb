"""FLOW-085 Integers beyond 64 bits live between two awaits; only what crosses has to be small."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_085")
TAGS = ("flow",)
CASES = (Case(5, output=[pow(10, 40, 1_000_007), 41], calls="double(5)"), Case(0, output=[0, 1], calls="double(0)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    big = (await double(n)) ** 40
    return [big % 1_000_007, len(str(big))]
