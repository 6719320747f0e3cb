"""FLOW-046 A failure caught inside a loop does not end the loop; one caught outside does."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_046")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case([1, -2, 3], output=["1", "-2 is negative", "3"], calls="check(1); check(-2); check(3)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[str]:
    seen: list[str] = []
    for item in items:
        try:
            seen.append(str(await check(item)))
        except ValueError as e:
            seen.append(str(e))
    return seen
