"""FLOW-217 Plain JSON crosses through Any unchanged, whatever its shape."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_217")
TAGS = ("flow",)
CASES = (
    Case(None, output={"value": None, "type": "NoneType"}, calls="echo(null)"),
    Case(
        [1, 1.5, "a", True, {"b": [None]}],
        output={"value": [1, 1.5, "a", True, {"b": [None]}], "type": "list"},
        calls='echo([1,1.5,"a",true,{"b":[null]}])',
    ),
)


@app.activity
def echo(value: Any) -> Any:
    return value


@app.orchestrator
async def main(ctx: Context, value: Any) -> Any:
    return {"value": await echo(value), "type": type(value).__name__}
