"""TRIGGER-003 Values that do not fit are answered with 422 problem details that name every wrong field."""

from dataclasses import dataclass

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_003")


@dataclass
class Line:
    sku: str
    count: int


@dataclass
class Order:
    lines: list[Line]


@app.post("/orders/{id}", auth="anonymous")
def add(id: int, order: Order, express: bool = False) -> int:
    return id


async def fields(client: Client, path: str, body: object) -> list[str]:
    reply = await client.http.post(path, json=body)
    assert (reply.status, reply.header("content-type")) == (422, "application/problem+json")
    problem = reply.json()
    assert (problem["status"], problem["title"], problem["type"]) == (422, "Unprocessable Content", "about:blank")
    return sorted(error["field"] for error in problem["errors"])


async def check(client: Client) -> None:
    line = {"sku": "a", "count": 1}
    assert await fields(client, "/orders/x?express=yes", {"lines": [line]}) == ["path.id", "query.express"]
    assert await fields(client, "/orders/1", {"lines": [line, {**line, "count": "1"}]}) == ["body.lines[1].count"]
    assert await fields(client, "/orders/1", {"lines": [{"sku": "a"}]}) == ["body.lines[0].count"]
    assert await fields(client, "/orders/1", {"lines": [], "more": 1}) == ["body.more"]
    assert await fields(client, "/orders/1?express=true&express=true", {"lines": []}) == ["query.express"]
    assert await fields(client, "/orders/1", [1]) == ["body"]
