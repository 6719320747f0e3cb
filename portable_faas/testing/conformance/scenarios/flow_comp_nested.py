"""FLOW-096 Nested comprehensions and generator expressions inside one expression use awaited values."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_096")
TAGS = ("flow",)
CASES = (Case([], output=[0, -1, 0], calls="double(0)"), Case([[1], [], [2, -3]], output=[0, 8, 1], calls="double(2)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, rows: list[list[int]]) -> list[int]:
    flat = [cell for row in rows for cell in row]
    scale = await double(sum(1 for cell in flat if cell > 0))
    table = [[cell * scale for cell in row] for row in rows]
    return [sum(map(sum, table)), max((max(row) for row in table if row), default=-1), int(any(flat))]
