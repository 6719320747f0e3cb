"""FLOW-196 Lists cross with their order, empty and nested, and come back as lists."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_196")
TAGS = ("flow",)
CASES = (
    Case([], output=[[0]], calls="turned([])"),
    Case([[1], [], [2, 3]], output=[[2, 3], [], [1], [3]], calls="turned([[1],[],[2,3]])"),
)


@app.activity
def turned(rows: list[list[int]]) -> list[list[int]]:
    return rows[::-1]


@app.orchestrator
async def main(ctx: Context, rows: list[list[int]]) -> list[list[int]]:
    result = await turned(rows)
    result.append([len(rows)])
    return result
