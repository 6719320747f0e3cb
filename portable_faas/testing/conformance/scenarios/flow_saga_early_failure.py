"""FLOW-176 A saga whose first step fails undoes nothing."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_176")
TAGS = ("flow",)
CASES = (
    Case([-1, 2], output=[], calls="check(-1)"),
    Case([1, 2, -3], output=[102, 101], calls="check(1); check(2); check(-3); check(102); check(101)"),
    Case([], output=[]),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, steps: list[int]) -> list[int]:
    done: list[int] = []
    try:
        for step in steps:
            done.insert(0, await check(step))
    except ValueError:
        return [await check(step + 100) for step in done]
    return []
