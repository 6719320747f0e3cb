"""TRIGGER-020 A function may use what its code names or `uses` declares; anything else is a PermissionError."""

from typing import Any

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_020")
notes = app.bucket("notes")


async def write(key: str) -> None:
    await notes.put(key, b"x")


@app.post("/seen", auth="anonymous")
async def seen() -> int:
    await write("a")
    return len(await notes.list())


async def hidden(of: Any, name: str) -> str:
    try:
        await getattr(of, name)("a")
    except PermissionError as error:
        return str(error).partition(":")[0]
    return "done"


TABLE = {"notes": notes}


@app.post("/hidden", auth="anonymous")
async def without() -> str:
    return await hidden(TABLE["notes"], "get")


@app.post("/declared", auth="anonymous", uses=(notes.get,))
async def declared() -> str:
    return await hidden(TABLE["notes"], "get") + " " + await hidden(TABLE["notes"], "delete")


async def check(client: Client) -> None:
    assert (await client.http.post("/seen")).json() == 1
    assert (await client.http.post("/hidden")).text == "function without has no grant for get on bucket 'notes'"
    reply = await client.http.post("/declared")
    assert reply.text == "done function declared has no grant for delete on bucket 'notes'"
