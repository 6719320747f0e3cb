"""TRIGGER-005 Text, bytes, nothing, a full response and a redirect are answered as such, cookies included."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import Redirect, Response

app = App("trigger_005")


@app.get("/text", auth="anonymous")
def text() -> str:
    return "grüße"


@app.get("/bytes", auth="anonymous")
def data() -> bytes:
    return bytes(range(256))


@app.delete("/nothing", auth="anonymous")
def nothing() -> None: ...


@app.get("/full", auth="anonymous")
def full() -> Response[list[int]]:
    response = Response([1, 2], 203, {"X-One": "1"})
    return response.cookie("a", "1", max_age=60).cookie("b", "=2", secure=False, same_site="none")


@app.get("/away", auth="anonymous")
async def away() -> Redirect:
    return Redirect("/text", 303)


async def check(client: Client) -> None:
    found = await client.http.get("/text")
    assert (found.status, found.text, found.header("content-type")) == (200, "grüße", "text/plain; charset=utf-8")
    found = await client.http.get("/bytes")
    assert (found.body, found.header("content-type")) == (bytes(range(256)), "application/octet-stream")
    found = await client.http.delete("/nothing")
    assert (found.status, found.body) == (204, b"")
    found = await client.http.get("/full")
    assert (found.status, found.json(), found.header("x-one")) == (203, [1, 2], "1")
    assert [value for name, value in found.headers if name == "set-cookie"] == [
        "a=1; Max-Age=60; Path=/; Secure; SameSite=Lax; HttpOnly",
        "b=%3D2; Path=/; SameSite=None; HttpOnly",
    ]
    found = await client.http.get("/away")
    assert (found.status, found.header("location")) == (303, "/text")
