"""FLOW-170 None is an input like any other where the annotation allows it, also with another default."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_170")
TAGS = ("flow",)
CASES = (Case(output=10, calls="double(5)"), Case(None, output=None), Case(0, output=0, calls="double(0)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int | None = 5) -> int | None:
    if n is None:
        return None
    return await double(n)
