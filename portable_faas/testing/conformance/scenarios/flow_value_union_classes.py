"""FLOW-215 A union of dataclasses is told apart by a Literal field and comes back as the right class."""

from dataclasses import dataclass
from typing import Literal

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Card:
    kind: Literal["card"] = "card"


@dataclass
class Cash:
    kind: Literal["cash"] = "cash"


app = App("flow_215")
TAGS = ("flow",)
CASES = (Case(Card(), output=Cash()), Case(Cash(), output=Card()))


@app.orchestrator
async def main(ctx: Context, payment: Card | Cash) -> Card | Cash:
    await ctx.sleep(1)
    return Cash() if isinstance(payment, Card) else Card()
