"""Buckets on this machine: a folder each, a file for each object, written whole or not at all.

photos.put("in/a b.png", ...)   ->   <store>-buckets/photos/in/a%20b.png
"""

import hashlib
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import quote
from uuid import uuid4

from portable_faas.local.depot import UNFINISHED, Depot
from portable_faas.resources import ObjectInfo
from portable_faas.triggers.delivery import moment

CHUNK: Final = 256 * 1024
Row = tuple[str, str, str, int, int]
Changed = Callable[[str, str, str, int, str], list[Row]]  # who wants to know of a change: rows to deliver


@final
class Buckets:
    """The objects of an app; ``changed`` gives the deliveries that a change leads to."""

    def __init__(self, depot: Depot, now: Callable[[], int], changed: Changed) -> None:
        self._depot = depot
        self._now = now
        self._changed = changed

    def path(self, bucket: str, key: str) -> Path:
        """The file of an object. A key's parts are quoted, and end in ``%`` where a folder would be of that name."""
        *folders, name = (quote(part, safe=" !#$&'()+,;=@[]^_`{}~-") for part in key.split("/"))
        return self._depot.buckets.joinpath(bucket, *(f"{folder}%" for folder in folders), name)

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> ObjectInfo:
        """Write the object beside its place, then move it there."""
        path = self.path(bucket, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._depot.buckets / f"{uuid4().hex}{UNFINISHED}"
        digest, size = hashlib.md5(usedforsecurity=False), 0
        try:
            with unfinished.open("wb") as file:
                async for chunk in data:
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
        now, etag = self._now(), digest.hexdigest()
        self._depot.stored(
            bucket, (key, size, etag, content_type, now), self._changed(bucket, key, "created", size, etag)
        )
        return ObjectInfo(key, size, etag, content_type, moment(now))

    async def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object."""
        if self.describe(bucket, key) is None:
            raise FileNotFoundError(f"bucket {bucket} has no object {key!r}")
        with self.path(bucket, key).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def describe(self, bucket: str, key: str) -> ObjectInfo | None:
        """The object as it is stored."""
        row = self._depot.describe(bucket, key)
        return None if row is None else _info(row)

    def list(self, bucket: str, prefix: str, after: str, limit: int) -> list[ObjectInfo]:
        """The next objects by key."""
        return [_info(row) for row in self._depot.objects(bucket, prefix, after, limit)]

    def delete(self, bucket: str, key: str) -> bool:
        """Remove an object."""
        found = self.describe(bucket, key)
        if found is None:
            return False
        self.path(bucket, key).unlink(missing_ok=True)
        self._depot.removed(bucket, key, self._changed(bucket, key, "deleted", 0, ""))
        return True


def _info(row: tuple[Any, ...]) -> ObjectInfo:
    key, size, etag, content_type, modified = row
    return ObjectInfo(key, size, etag, content_type, datetime.fromtimestamp(modified / 1000, UTC))
