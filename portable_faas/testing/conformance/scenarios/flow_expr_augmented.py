"""FLOW-083 Augmented assignment changes a name, an item and an attribute around awaits."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_083")
TAGS = ("flow",)
CASES = (Case(3, output=[5, 1, 22, -10], calls="double(3); double(1)"),)


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
    items[1] *= total
    total //= await double(1)
    return [total, *items, kept.value]
