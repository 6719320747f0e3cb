"""FLOW-177 A saga whose first step fails undoes nothing; after a later failure the sum done is taken back."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_177")
TAGS = ("flow",)
CASES = (
    Case([-1, 2], output=0, calls="check(-1)"),
    Case([1, 2, -3], output=3, calls="check(1); check(2); check(-3); check(3)"),
    Case([], output=0),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, steps: list[int]) -> int:
    undone = 0
    try:
        for step in steps:
            undone -= await check(step)
    except ValueError:
        return await check(-undone) if undone else 0
    return undone
