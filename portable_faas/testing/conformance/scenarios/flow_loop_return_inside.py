"""FLOW-025 A return inside nested loops ends the orchestrator at once."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_025")
TAGS = ("flow",)
CASES = (
    Case(0, output=(0, 0), calls="double(0)"),
    Case(6, output=(1, 1), calls="double(0); double(1); double(2); double(3)"),
    Case(7, output=None, calls="double(0); double(1); double(2); double(3); double(4); double(5)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, wanted: int) -> tuple[int, int] | None:
    for row in range(3):
        for column in range(2):
            if await double(row * 2 + column) == wanted:
                return row, column
    return None
