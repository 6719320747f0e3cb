"""FLOW-032 Class patterns tell types apart, a bool from an int too, and capture the value."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_032")
TAGS = ("flow",)
CASES = (Case(True, output="bool"), Case([5, "x"], output="10", calls="double(5)"), Case("", output="other"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int(n) | [int(n), *_]:
            return f"{await double(n)}"
        case str() as text if text:
            return f"text {text}"
    return "other"
