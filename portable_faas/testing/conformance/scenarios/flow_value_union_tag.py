"""FLOW-214 A union of typed dicts is told apart by a Literal field."""

from typing import Literal, TypedDict

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_214")
TAGS = ("flow",)
CASES = (Case({"kind": "card", "number": 7}, output=7, calls='echo({"kind":"card","number":7})'),)


class Card(TypedDict):
    kind: Literal["card"]
    number: int


class Cash(TypedDict):
    kind: Literal["cash"]


@app.activity
def echo(payment: Card | Cash) -> Card | Cash:
    return payment


@app.orchestrator
async def main(ctx: Context, payment: Card | Cash) -> int:
    paid = await echo(payment)
    return paid["number"] if paid["kind"] == "card" else 0
