"""FLOW-092 Names are swapped and assigned together; the right side, with its awaits, comes first."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_092")
TAGS = ("flow",)
CASES = (Case((1, 2), output=[2, 4, 28], calls="double(1); double(2); double(7)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, pair: tuple[int, int]) -> list[int]:
    a, b = pair
    a, b = b, a
    a, b = await double(b), await double(a)
    x = y = await double(7)
    return [a, b, x + y]
