"""FLOW-209 A Decimal crosses with every digit and its trailing zeros."""

from decimal import Decimal

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_209")
TAGS = ("flow",)
CASES = (
    Case(Decimal("12.50"), output=(Decimal("13.7500"), "13.7500 1.2500"), calls='plus_tax("12.50")'),
    Case(Decimal("0"), output=(Decimal("0.00"), "0.00 0.00"), calls='plus_tax("0")'),
)


@app.activity
def plus_tax(amount: Decimal) -> Decimal:
    return amount * Decimal("1.10")


@app.orchestrator
async def main(ctx: Context, amount: Decimal) -> tuple[Decimal, str]:
    gross = await plus_tax(amount)
    return gross, f"{gross} {gross - amount}"
