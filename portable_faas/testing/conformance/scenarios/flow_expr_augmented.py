"""FLOW-083 Augmented assignment changes a name, an item and an attribute by an awaited value."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_083")
TAGS = ("flow",)
CASES = (Case(3, output=[5, 1, 12, -10], calls="double(3); double(3)"),)


@dataclass
class Sum:
    value: int = 1


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    total, items, kept = 5, [1, 2], Sum()
    total += await double(n)
    kept.value -= total
    items[1] *= await double(n)
    total //= 2
    return [total, *items, kept.value]
