"""TRIGGER-001 Parameters come from the path, the query, headers and cookies, with their types and defaults."""

from typing import Annotated

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import Cookie, Header, Query

app = App("trigger_001")


@app.get("/shops/{shop}/items/{id}", auth="anonymous")
def show(
    shop: str,
    id: int,
    limit: int = 10,
    tags: Annotated[list[str], Query("tag")] = [],  # noqa: B006
    agent: Annotated[str | None, Header("user-agent")] = None,
    session: Annotated[str, Cookie] = "none",
) -> list[object]:
    return [shop, id, limit, list(tags), agent, session]


async def check(client: Client) -> None:
    plain = await client.http.get("/shops/b%C3%BCro%2Fa/items/7")
    assert plain.json() == ["büro/a", 7, 10, [], None, "none"]
    headers = {"User-Agent": "test", "Cookie": "a=1; session=s1"}
    full = await client.http.get("/shops/x/items/-1?limit=2&tag=a+b&tag=c%26&unknown=1", headers=headers)
    assert full.json() == ["x", -1, 2, ["a b", "c&"], "test", "s1"]
