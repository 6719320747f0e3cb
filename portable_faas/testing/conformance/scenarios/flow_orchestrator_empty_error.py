"""FLOW-174 An error without a text ends the orchestrator with an empty message."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_174")
TAGS = ("flow",)
CASES = (
    Case(6, error=(f"{__name__}.Stop", ""), calls="double(6)"),
    Case(1, error=("ValueError", ""), calls="double(1)"),
)


class Stop(Exception): ...


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    if await double(n) > 10:
        raise Stop
    raise ValueError()
