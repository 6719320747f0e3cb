"""TRIGGER-030 Messages of activities and tests reach their function with type, id and attempt; delays hold."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.client import Client
from portable_faas.triggers import Message

app = App("trigger_030")


@dataclass
class Order:
    id: int


orders = app.queue("orders", Order)
packed = app.bucket("packed")


@app.on_message(orders)
async def pack(message: Message[Order]) -> None:
    assert isinstance(message.value, Order)
    await packed.put(f"{message.value.id}", f"{message.id} {message.attempt}".encode())


@app.activity
async def send(id: int) -> None:
    await orders.send(Order(id), id="m-2", delay=600)


@app.orchestrator
async def main(ctx: Context) -> None:
    await send(2)


async def check(client: Client) -> None:
    await orders.send(Order(1), id="m-1")
    await (await client.start(main)).result()
    await client.advance(0)
    assert [info.key for info in await packed.list()] == ["1"]
    assert await packed.get("1") == b"m-1 1"
    await client.advance(601)
    assert await packed.get("2") == b"m-2 1"
