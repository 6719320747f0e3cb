"""TRIGGER-012 A mounted ASGI application answers every path below its own, after its start-up."""

from typing import Any

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_012")
started: list[str] = []


async def inner(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (event := await receive())["type"] != "lifespan.shutdown":
            started.append(event["type"])
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    event = await receive()
    if scope["path"] == "/old/fail":
        raise RuntimeError("inner")
    text = f"{scope['method']} {scope['root_path']} {scope['path']} {scope['query_string'].decode()} {bool(started)} "
    await send({"type": "http.response.start", "status": 201, "headers": [(b"X-Inner", b"1")]})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": event["body"]})


app.mount("/old", inner)


async def check(client: Client) -> None:
    reply = await client.http.post("/old/a%20b?x=1", data=b"body")
    assert (reply.status, reply.header("x-inner")) == (201, "1")
    assert reply.text == "POST /old /old/a b x=1 True body"
    assert (await client.http.get("/old/fail")).status == 500
    assert (await client.http.get("/older")).status == 404
