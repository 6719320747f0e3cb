"""FLOW-172 A builtin error that leaves the orchestrator ends it with the bare class name and its text."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_172")
TAGS = ("flow",)
CASES = (
    Case("7", output=7, calls="double(2)"),
    Case("index", error=("IndexError", "list index out of range"), calls="double(2)"),
    Case("key", error=("KeyError", "'key'"), calls="double(2)"),
    Case("x", error=("ValueError", "invalid literal for int() with base 10: 'x'"), calls="double(2)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, kind: str) -> int:
    n = await double(2)
    if kind == "index":
        return [1, 2][n]
    if kind == "key":
        return {"a": n}[kind]
    return int(kind)
