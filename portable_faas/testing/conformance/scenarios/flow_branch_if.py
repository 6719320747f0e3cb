"""FLOW-001 Only the taken side of an if around an await runs, and the code after it runs either way."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_001")
TAGS = ("flow",)
CASES = (Case(11, output="big 22", calls="double(11)"), Case(10, output="small 10"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    note = "small"
    if n > 10:
        n = await double(n)
        note = "big"
    return f"{note} {n}"
