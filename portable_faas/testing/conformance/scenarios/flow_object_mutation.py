"""FLOW-181 A dataclass is changed between awaits, and each call sees it as it was at that call."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Cart:
    items: list[str]


app = App("flow_181")
TAGS = ("flow",)
CASES = (Case(Cart(["a"]), output=(Cart(["a", "b"]), 30), calls='price({"items":["a"]}); price({"items":["a","b"]})'),)


@app.activity
def price(cart: Cart) -> int:
    return len(cart.items) * 10


@app.orchestrator
async def main(ctx: Context, cart: Cart) -> tuple[Cart, int]:
    total = await price(cart)
    cart.items.append("b")
    total += await price(cart)
    return cart, total
