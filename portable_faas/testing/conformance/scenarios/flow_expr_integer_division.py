"""FLOW-084 Integer division, remainder and power of awaited numbers follow Python, also below zero."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_084")
TAGS = ("flow",)
CASES = (
    Case(3, output=[1, 2, 36, -2, 1.5, 2, -2, 6], calls="double(3)"),
    Case(-3, output=[-2, 2, 36, 1, -1.5, -2, -2, 6], calls="double(-3)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[float]:
    m = await double(n)
    return [m // 4, m % 4, m**2, -m // 4, m / 4, round(m / 4), divmod(m, -4)[1], abs(m)]
