"""Activities one after the other, with plain Python between them."""

from dataclasses import dataclass

from portable_faas import App, Context

app = App("sequence")


@dataclass
class Order:
    id: str
    lines: list[int]


@app.activity
def price(lines: list[int]) -> int:
    return sum(lines)


@app.activity
def charge(order_id: str, amount: int) -> str:
    return f"{order_id}:{amount}"


@app.orchestrator
async def main(ctx: Context, order: Order) -> str:
    total = await price(order.lines)
    total += 5
    receipt = await charge(order.id, total)
    return receipt.upper()
