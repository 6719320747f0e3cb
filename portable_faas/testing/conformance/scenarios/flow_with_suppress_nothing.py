"""FLOW-067 A `contextlib.suppress` block without an error runs to its end, also in a loop and with two classes."""

from contextlib import suppress

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_067")
TAGS = ("flow",)
CASES = (Case([], output=[]), Case([1, -2, 3], output=[1, -1, 3, -3], calls="check(1); check(-2); check(3)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[int]:
    kept: list[int] = []
    for item in items:
        with suppress(ValueError, KeyError):
            kept.append(await check(item))
            kept.append(-item)
    return kept
