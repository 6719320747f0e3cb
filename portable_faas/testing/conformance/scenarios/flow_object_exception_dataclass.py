"""FLOW-191 An exception keeps a dataclass among its arguments, and its handler uses it."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_191")
TAGS = ("flow",)
CASES = (Case("a", output="no a", calls='fetch("a")'),)


@dataclass
class Item:
    sku: str


@app.activity
def fetch(sku: str) -> str:
    raise LookupError("no", Item(sku))


@app.orchestrator
async def main(ctx: Context, sku: str) -> str:
    try:
        return await fetch(sku)
    except LookupError as e:
        return f"{e.args[0]} {e.args[1].sku}"
