"""TRIGGER-006 An unknown path is 404, another method 405 with the allowed ones; HEAD and OPTIONS are answered."""

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_006")


@app.get("/items/{id}", auth="anonymous")
def show(id: str) -> str:
    return id


@app.put("/items/{name}", auth="anonymous")
def replace(name: str) -> str:
    return f"put {name}"


@app.get("/items/new", auth="anonymous")
def new() -> str:
    return "the form"


async def check(client: Client) -> None:
    http = client.http
    assert (await http.get("/items/7")).text == "7"
    assert (await http.get("/items/new")).text == "the form"
    assert (await http.put("/items/7")).text == "put 7"
    assert (await http.get("/other")).status == 404
    wrong = await http.post("/items/7")
    assert (wrong.status, wrong.header("allow")) == (405, "GET, HEAD, PUT, OPTIONS")
    asked = await http.request("OPTIONS", "/items/7")
    assert (asked.status, asked.header("allow")) == (204, "GET, HEAD, PUT, OPTIONS")
    head = await http.request("HEAD", "/items/7")
    assert (head.status, head.body, head.header("content-type")) == (200, b"", "text/plain; charset=utf-8")
