"""FLOW-200 A dataclass crosses with its defaults filled in and comes back as its class."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Receipt:
    amount: int
    paid: bool = False
    note: str | None = None


app = App("flow_200")
TAGS = ("flow",)
CASES = (Case(Receipt(5), output=Receipt(6, True, "was False"), calls='pay({"amount":5,"paid":false,"note":null})'),)


@app.activity
def pay(receipt: Receipt) -> Receipt:
    return Receipt(receipt.amount, paid=True)


@app.orchestrator
async def main(ctx: Context, receipt: Receipt) -> Receipt:
    paid = await pay(receipt)
    return Receipt(paid.amount + 1, paid.paid, f"was {receipt.paid}")
