"""TRIGGER-013 The OpenAPI document tells paths, parameters, bodies, results and who may call; a page shows it."""

from dataclasses import dataclass

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_013")
app.api(title="Shop <1>", version="2", docs="/help")


@dataclass
class Item:
    name: str
    count: int = 1


@app.post("/items/{id}", status=201)
def add(id: int, item: Item, dry: bool = False) -> Item:
    """Add an item."""
    return item


async def check(client: Client) -> None:
    api = (await client.http.get("/openapi.json")).json()
    assert (api["openapi"], api["info"]) == ("3.1.0", {"title": "Shop <1>", "version": "2"})
    add = api["paths"]["/items/{id}"]["post"]
    assert (add["summary"], add["security"]) == ("Add an item.", [{"key": []}])
    assert [(one["name"], one["in"], one["required"]) for one in add["parameters"]] == [
        ("id", "path", True),
        ("dry", "query", False),
    ]
    reference = {"$ref": "#/components/schemas/Item"}
    assert add["requestBody"]["content"]["application/json"]["schema"] == reference
    assert add["responses"]["201"]["content"]["application/json"]["schema"] == reference
    assert api["components"]["schemas"]["Item"]["required"] == ["name"]
    page = await client.http.get("/help")
    assert page.header("content-type") == "text/html; charset=utf-8"
    assert "Shop &lt;1&gt;" in page.text
