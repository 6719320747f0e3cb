"""FLOW-031 Mapping patterns look at the named keys only and may capture the rest."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_031")
TAGS = ("flow",)
CASES = (
    Case({"kind": "number", "value": 4, "x": 1}, output="number 8", calls="double(4)"),
    Case({"kind": "number", "value": "4"}, output="number ['value']"),
    Case({"b": 1, "kind": "k", "a": 2}, output="k ['a', 'b']"),
    Case({}, output="unknown"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, event: dict[str, Any]) -> str:
    match event:
        case {"kind": "number", "value": int(n)}:
            return f"number {await double(n)}"
        case {"kind": str(kind), **rest}:
            return f"{kind} {sorted(rest)}"
    return "unknown"
