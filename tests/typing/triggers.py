"""The types of triggers and resources as a user sees them; checked by mypy and pyright, never run."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, assert_type

from portable_faas import Accepted, App, Context
from portable_faas.resources import Bucket, ObjectInfo, Queue, Topic
from portable_faas.triggers import BlobEvent, CloudEvent, Header, Message, Request, Response, Tick

app = App("typing")


@dataclass
class Order:
    id: int


orders = app.queue("orders", Order)
numbers = app.queue("numbers", list[int])
shipped = app.topic("shipped", Order)
photos = app.bucket("photos")
assert_type(orders, Queue[Order])
assert_type(numbers, Queue[list[int]])
assert_type(shipped, Topic[Order])
assert_type(photos, Bucket)


@app.orchestrator
async def fulfil(ctx: Context, order: Order) -> str:
    return f"{order.id}"


@app.get("/orders/{id}")
async def show(id: int, agent: Annotated[str, Header("user-agent")] = "") -> Order | None:
    return Order(id)


@app.post("/orders", auth="jwt", status=201, uses=(orders.send, fulfil.start))
async def place(order: Order, request: Request) -> Accepted | Response[Order]:
    await orders.send(order, delay=5)
    await orders.send(order.id)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await shipped.publish(order, type="x", attributes={"a": "b"})
    await shipped.publish("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    handle = await fulfil.start(order)
    await fulfil.start("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return Accepted(handle)


@app.get("/wrong", auth="nobody")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def wrong() -> int:
    return 1


@app.on_message(orders)
async def pack(order: Order) -> None: ...


@app.on_message(numbers)
def count(message: Message[list[int]]) -> None:
    assert_type(message.value, list[int])


@app.on_message(orders, batch=5)
def pack_all(messages: list[Message[Order]]) -> None:
    assert_type(messages[0].value, Order)


@app.on_message(orders)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
def other_type(order: str) -> None: ...


@app.on_event(shipped, type="x")
async def told(event: CloudEvent[Order]) -> None:
    assert_type(event.data, Order)


@app.on_event(shipped)
def plainly(order: Order) -> None: ...


@app.on_blob(photos, prefix="in/", output=photos)
async def shrink(event: BlobEvent) -> tuple[str, bytes]:
    assert_type(await photos.get(event.key), bytes)
    assert_type(photos.stream(event.key), AsyncIterator[bytes])
    assert_type(await photos.info(event.key), ObjectInfo | None)
    return "a", b""


@app.schedule("0 6 * * *", timezone="Europe/Oslo")
def daily(tick: Tick) -> None: ...


@app.schedule(every=3600)
async def hourly() -> int:
    return 1


async def use() -> None:
    assert_type(await show(1, agent="x"), Order | None)
    assert_type(await hourly(), int)
    pack_all([])
    await show("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
