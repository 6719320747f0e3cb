"""FLOW-174 A result that may not cross fails the orchestrator with NotPortable, after its calls."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_174")
TAGS = ("flow",)
CASES = (
    Case(1, output={"ok": 2}, calls="double(1)"),
    Case(9, error=("portable_faas.errors.NotPortable", "XXX"), calls="double(9)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> Any:
    result = await double(n)
    return {"ok": result} if result < 10 else {"ok": {result}}
