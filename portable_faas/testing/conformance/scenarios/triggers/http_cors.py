"""TRIGGER-008 A page of a known origin may call: preflight and answers carry the headers; others do not."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.triggers import Cors

app = App("trigger_008")
app.api(cors=Cors(["https://shop.example"], credentials=True, max_age=60))


@app.put("/items", auth="anonymous")
def put() -> str:
    return "ok"


async def check(client: Client) -> None:
    asked = {"access-control-request-method": "PUT"}
    reply = await client.http.request("OPTIONS", "/items", headers={**asked, "origin": "https://shop.example"})
    assert (reply.status, reply.header("access-control-allow-origin")) == (204, "https://shop.example")
    assert reply.header("access-control-allow-methods") == "PUT"
    assert reply.header("access-control-allow-headers") == "content-type, authorization, x-api-key"
    assert reply.header("access-control-max-age") == "60"
    reply = await client.http.put("/items", headers={"origin": "https://shop.example"})
    assert reply.header("access-control-allow-credentials") == "true"
    reply = await client.http.put("/items", headers={"origin": "https://evil.example"})
    assert (reply.text, reply.header("access-control-allow-origin"), reply.header("vary")) == ("ok", None, "origin")
    reply = await client.http.request("OPTIONS", "/items", headers={**asked, "origin": "https://evil.example"})
    assert (reply.status, reply.header("access-control-allow-methods")) == (204, None)
