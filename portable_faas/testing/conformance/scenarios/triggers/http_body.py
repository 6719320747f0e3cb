"""TRIGGER-002 A JSON body becomes the declared type, and a result JSON of the declared type."""

from dataclasses import dataclass, field
from datetime import date, datetime

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_002")


@dataclass
class Item:
    name: str
    price: float
    due: datetime | None = None
    days: list[date] = field(default_factory=list)


@app.post("/items/{id}", auth="anonymous", status=201)
async def add(id: int, item: Item) -> dict[str, Item]:
    assert isinstance(item, Item)
    return {str(id): item}


async def check(client: Client) -> None:
    sent = {"name": "Stift", "price": 2, "due": "2026-03-01T10:00:00+02:00", "days": ["2026-02-28"]}
    reply = await client.http.post("/items/4", json=sent)
    assert (reply.status, reply.header("content-type")) == (201, "application/json")
    due = "2026-03-01T08:00:00.000000Z"
    assert reply.json() == {"4": {"name": "Stift", "price": 2.0, "due": due, "days": ["2026-02-28"]}}
