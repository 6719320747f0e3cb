"""FLOW-023 A loop over a dict, its items or its values with awaits follows insertion order."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_023")
TAGS = ("flow",)
CASES = (
    Case({}, output=["0"]),
    Case(
        {"zoe": 3, "al": 4},
        output=["hello zoe 3", "hello al 4", "hello zoe", "hello al", "7"],
        calls='greet("zoe"); greet("al"); greet("zoe"); greet("al")',
    ),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, ages: dict[str, int]) -> list[str]:
    lines: list[str] = []
    for name, age in ages.items():
        lines.append(f"{await greet(name)} {age}")
    for name in ages:
        lines.append(await greet(name))
    return [*lines, str(sum(ages.values()))]
