"""FLOW-007 An awaited str, list or number is tested by Python's truth rules."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_007")
TAGS = ("flow",)
CASES = (
    Case("", output="false", calls='echo("")'),
    Case("0", output="true", calls='echo("0")'),
    Case([], output="false", calls="echo([])"),
    Case([0], output="true", calls="echo([0])"),
    Case({}, output="false", calls="echo({})"),
    Case(0, output="false", calls="echo(0)"),
    Case(None, output="false", calls="echo(null)"),
)


@app.activity
def echo(value: Any) -> Any:
    return value


@app.orchestrator
async def main(ctx: Context, value: Any) -> str:
    return "true" if await echo(value) else "false"
