"""Orders: reserve the stock, charge the card, ship; what was done is undone in reverse when a later step fails."""

from dataclasses import dataclass
from datetime import timedelta

from portable_faas import App, Context, Retry

app = App("orders")


@dataclass(frozen=True)
class Item:
    sku: str
    quantity: int
    price_cents: int


@dataclass(frozen=True)
class Order:
    id: str
    items: list[Item]
    card: str
    country: str

    def total_cents(self) -> int:
        return sum(item.quantity * item.price_cents for item in self.items)


@dataclass(frozen=True)
class Receipt:
    order_id: str
    payment: str
    parcel: str
    total_cents: int


class OutOfStock(Exception):
    """The warehouse has too few of an item."""


class CardDeclined(Exception):
    """The bank said no; asking again would not help."""


class NoCarrier(Exception):
    """Nobody delivers there today; perhaps a minute later somebody does."""


STOCK = {"desk": 4, "lamp": 20, "chair": 1}


# The activities stand for a warehouse, a bank and a carrier. An activity runs at least once, so each is given the
# order's id: a real service would recognise a repetition by it.


@app.activity
def reserve(order_id: str, item: Item) -> str:
    if item.quantity > STOCK.get(item.sku, 0):
        raise OutOfStock(f"only {STOCK.get(item.sku, 0)} of {item.sku} left")
    return f"{order_id}-{item.sku}"


@app.activity(retry=Retry(attempts=10, first=1.0, max_interval=60))
def release(reservation: str) -> None:
    """Tell the warehouse that the items are free again; it must work some time, so it is tried for long."""


@app.activity(retry=Retry(attempts=4, first=2.0, never=(CardDeclined,)), timeout=30)
def charge(order_id: str, card: str, cents: int) -> str:
    if card.endswith("0000"):
        raise CardDeclined(f"the bank declined {cents / 100:.2f}")
    return f"payment-{order_id}"


@app.activity(retry=Retry(attempts=10, first=1.0, max_interval=60))
def refund(payment: str) -> None:
    """Tell the bank to give the money back."""


@app.activity(retry=Retry(attempts=3, first=timedelta(minutes=1), backoff=2.0))
def ship(order_id: str, country: str) -> str:
    if country == "Atlantis":
        raise NoCarrier(f"nobody delivers to {country}")
    return f"parcel-{order_id}"


@app.orchestrator
async def fulfil(ctx: Context, order: Order) -> Receipt:
    reservations: list[str] = []
    try:
        for item in order.items:
            reservations.append(await reserve(order.id, item))
        await ctx.set_status("reserved")
        payment = await charge(order.id, order.card, order.total_cents())
        await ctx.set_status("paid")
        try:
            parcel = await ship(order.id, order.country)
        except NoCarrier:
            await refund(payment)
            raise
    except Exception:
        for reservation in reversed(reservations):
            await release(reservation)
        await ctx.set_status("undone")
        raise
    await ctx.set_status("shipped")
    return Receipt(order.id, payment, parcel, order.total_cents())
