"""TRIGGER-010 A raised Problem is the answer; any other error is a 500 that tells nothing of itself."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import Problem, Response

app = App("trigger_010")


@app.get("/items/{id}", auth="anonymous")
def show(id: int) -> Response[str]:
    if id == 1:
        raise Problem(409, "it is sold", type="https://shop.example/sold", sku="a")
    if id == 2:
        raise ValueError("the password is secret")
    return Response("x", headers={"x-name": f"a{chr(13)}{chr(10)}b"})


@app.get("/wrong", auth="anonymous")
def wrong() -> int:
    return "text"  # type: ignore[return-value]


async def check(client: Client) -> None:
    sold = await client.http.get("/items/1")
    assert (sold.status, sold.json()["type"], sold.json()["sku"]) == (409, "https://shop.example/sold", "a")
    for path in ("/items/2", "/items/3"):
        failed = await client.http.get(path)
        assert (failed.status, failed.header("content-type")) == (500, "application/problem+json")
        assert "secret" not in failed.text
    assert (await client.http.get("/wrong")).status == 200
