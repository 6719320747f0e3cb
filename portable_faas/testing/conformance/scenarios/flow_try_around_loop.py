"""FLOW-047 A failure caught outside a loop ends the loop and keeps what was gathered before."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_047")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case([1, 2], output=[1, 2], calls="check(1); check(2)"),
    Case([1, -2, 3], output=[1, 100], calls="check(1); check(-2); check(100)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    seen: list[int] = []
    try:
        for item in items:
            seen.append(await check(item))
    except ValueError:
        seen.append(await check(100))
    return seen
