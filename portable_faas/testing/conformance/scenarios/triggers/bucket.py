"""TRIGGER-061 A bucket stores, streams, lists, deletes and signs URLs; what is not there is a FileNotFoundError."""

from collections.abc import AsyncIterator

import pytest

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_061")
files = app.bucket("files")


async def pieces() -> AsyncIterator[bytes]:
    for n in range(5):
        yield bytes([n]) * 100_000


async def check(client: Client) -> None:
    info = await files.put("b/x", pieces(), content_type="text/x")
    assert (info.key, info.size, info.content_type) == ("b/x", 500_000, "text/x")
    assert sum([len(chunk) async for chunk in files.stream("b/x")]) == 500_000
    await files.put("a", b"1")
    await files.put("b", b"2")
    assert [one.key for one in await files.list()] == ["a", "b", "b/x"]
    assert [one.key for one in await files.list("b", after="b", limit=1)] == ["b/x"]
    assert (await files.delete("a"), await files.delete("a"), await files.info("a")) == (True, False, None)
    with pytest.raises(FileNotFoundError, match="'a'"):
        await files.get("a")
    put, get = await files.put_url("d/ü x"), await files.get_url("d/ü x", expires=60)
    assert (await client.http.put(put, data=b"signed")).status == 200
    reply = await client.http.get(get)
    assert (reply.body, (await client.http.put(get, data=b"x")).status) == (b"signed", 403)
    assert (await client.http.get(get.replace("d/", "e/"))).status == 403
    await client.advance(61)
    assert (await client.http.get(get)).status == 403
