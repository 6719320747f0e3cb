"""FLOW-006 A walrus binds an awaited value in a test, and the name stays bound in both branches and after."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_006")
TAGS = ("flow",)
CASES = (
    Case(6, output="big 12 12", calls="double(6)"),
    Case(3, output="later 12 6", calls="double(3); double(6)"),
    Case(1, output="small 4 2", calls="double(1); double(2)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    if (twice := await double(n)) > 10:
        note = f"big {twice}"
    elif (more := await double(twice)) > 10:
        note = f"later {more}"
    else:
        note = f"small {more}"
    return f"{note} {twice}"
