"""Stands before Azurite's blob service and tells Event Grid what changes, which Azurite itself does not.

    PUT /devstoreaccount1/photos/in/a.png    is passed on as it came, and, if it went well, a blob was created

Signatures cover the path and headers of a request, not the server's address, so they stay valid.
"""

from collections.abc import Mapping
from typing import Any, Final, final
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

from portable_faas_azure.emulator.grid import Grid

LENGTH: Final = "Content-Length"
HOP: Final = frozenset({"host", "connection", "keep-alive", "transfer-encoding", "content-length"})
CHUNK: Final = 64 * 1024


@final
class BlobFront:
    """Passes requests on to the blob service at ``endpoint``."""

    def __init__(self, endpoint: str, grid: Grid) -> None:
        self._origin = URL(endpoint).origin()
        self.path: Final = URL(endpoint).raw_path.rstrip("/")
        self._grid = grid
        self._session: aiohttp.ClientSession | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The answer of the service."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False, skip_auto_headers=("User-Agent", "Content-Type")
            )
        url = URL(f"{self._origin}{request.raw_path}", encoded=True)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        body = await request.read()
        async with self._session.request(request.method, url, data=body or None, headers=headers) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            data = await answer.read()
            if answer.status < 300:
                await self._tell(request, answer.headers, len(body))
            if request.method == "HEAD":
                length = answer.headers.get(LENGTH)
                return web.Response(status=answer.status, headers=kept if length is None else {**kept, LENGTH: length})
            return web.Response(status=answer.status, headers=kept, body=data)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _tell(self, request: web.Request, headers: Mapping[str, str], size: int) -> None:
        change = _change(request)
        if change is None:
            return
        container, _, key = unquote(request.path.removeprefix(f"{self.path}/")).partition("/")
        if not key:
            return
        kind = request.headers.get("x-ms-blob-content-type") or request.headers.get("Content-Type", "")
        data: dict[str, Any] = {"eTag": headers.get("ETag", "").strip('"'), "contentType": kind}
        if change == "created":
            data["contentLength"] = await self._grid.size_of(container, key) if "comp" in request.query else size
        data["api"] = {"created": "PutBlob", "deleted": "DeleteBlob"}[change]
        await self._grid.changed(container, key, change, data)


def _change(request: web.Request) -> str | None:
    """What a request that went well has done: operations "Put Blob", "Put Block List" and "Delete Blob"."""
    if request.method == "DELETE" and "snapshot" not in request.query:
        return "deleted"
    created = "x-ms-blob-type" in request.headers or request.query.get("comp") == "blocklist"
    return "created" if request.method == "PUT" and created else None
