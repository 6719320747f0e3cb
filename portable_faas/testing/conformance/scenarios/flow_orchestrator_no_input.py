"""FLOW-167 An orchestrator may take no input and return nothing."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_167")
TAGS = ("flow",)
CASES = (Case(output=None, calls="double(1)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context) -> None:
    await double(1)
