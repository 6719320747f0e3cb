"""TRIGGER-033 With idempotent_by a message whose key was done within a day does not reach its function again."""

from dataclasses import dataclass

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing.scratch import counted, tally

app = App("trigger_033")


@dataclass
class Order:
    id: str
    fail: bool = False


orders = app.queue("orders", Order, attempts=2, retry_after=5)


@app.on_message(orders, idempotent_by=lambda order: order.id)
async def pack(order: Order) -> None:
    if tally(order.id) == 1 and order.fail:
        raise RuntimeError("once")


async def check(client: Client) -> None:
    await orders.send_many([Order("a"), Order("a"), Order("b", fail=True)])
    await client.advance(30)
    await orders.send(Order("a"))
    await client.advance(30)
    assert (counted("a"), counted("b")) == (1, 2)
    await client.advance(25 * 3600)
    await orders.send(Order("a"))
    await client.advance(30)
    assert counted("a") == 2
