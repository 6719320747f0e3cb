"""An app with every kind of resource, and one request after which everything of it has been used."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import BlobEvent

LONG = "x" * 60_000  # no queue takes it, so it travels as a blob

app = App("whole")
app.api_client("partner", key=app.secret("partner-key"))
place = app.setting("shop-url")
orders = app.queue("orders", str)
shipped = app.topic("shipped", str)
boxes = app.bucket("boxes")
ledger = app.bucket("ledger")
ENVIRONMENT = {"PARTNER_KEY": "k-partner", "SHOP_URL": "https://shop.example"}


@app.post("/orders/{name}")
async def order(name: str) -> str:
    await orders.send(name + LONG)
    return place.get()


@app.on_message(orders, idempotent_by=lambda text: text[:1])
async def pack(text: str) -> None:
    await boxes.put(f"in/{text[:1]}", text.encode())
    await shipped.publish(text[:1], type="Shipped", attributes={"country": "no"})


@app.on_blob(boxes, prefix="in/")
async def arrived(event: BlobEvent) -> None:
    await ledger.put(f"arrived/{event.key}", b"")


@app.on_event(shipped, type="Shipped", attributes={"country": "no"})
async def told(name: str) -> None:
    await ledger.put(f"told/{name}", b"")


async def everything(client: Client) -> None:
    """One order, all the way."""
    reply = await client.http.post("/orders/a", key=ENVIRONMENT["PARTNER_KEY"])
    assert (reply.status, reply.text) == (200, "https://shop.example"), f"answered {reply.status}"
    await client.advance(5)
    found = [info.key for info in await ledger.list()]
    assert found == ["arrived/in/a", "told/a"], f"the ledger holds {found}"
