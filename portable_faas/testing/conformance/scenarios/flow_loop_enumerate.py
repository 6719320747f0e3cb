"""FLOW-020 `enumerate` counts the items of a loop with awaits from zero or from a given start."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_020")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case(["x", "y"], output=["0 hello x", "1 hello y", "10 x", "11 y"], calls='greet("x"); greet("y")'),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, names: list[str]) -> list[str]:
    lines: list[str] = []
    for number, name in enumerate(names):
        lines.append(f"{number} {await greet(name)}")
    for number, name in enumerate(names, start=10):
        lines.append(f"{number} {name}")
    return lines
