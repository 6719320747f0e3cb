"""TRIGGER-060 Created and deleted objects reach the functions whose prefix and suffix fit."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing.scratch import counted, tally
from portable_faas.triggers import BlobEvent

app = App("trigger_060")
photos = app.bucket("photos")
small = app.bucket("small")


@app.on_blob(photos, prefix="in/", suffix=".png")
async def shrink(event: BlobEvent) -> None:
    data = await photos.get(event.key)
    await small.put(event.key, data[: event.size // 2])


@app.on_blob(photos, change="deleted")
def gone(event: BlobEvent) -> None:
    tally(f"{event.change} {event.key}")


async def check(client: Client) -> None:
    for key in ("in/a b.png", "in/ü/c.png", "in/a.txt", "other/a.png"):
        await photos.put(key, b"0123456789")
    assert await photos.delete("in/a.txt")
    await client.advance(5)
    assert [(info.key, info.size) for info in await small.list()] == [("in/a b.png", 5), ("in/ü/c.png", 5)]
    assert counted("deleted in/a.txt") == 1
