"""``Bucket``: objects by key, whole or streamed, and URLs that let others read or write one."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final, NamedTuple, final

from portable_faas.resources.resource import Resource
from portable_faas.values.retry import Seconds, seconds

LONGEST_KEY: Final = 900  # bytes; S3 and Blob Storage take 1,024, the rest is for what an adapter prepends
LONGEST_URL: Final = 7 * 86_400.0  # seconds; S3 signs for a week at most
PAGE: Final = 1000
KEPT: Final = "values"
BINARY: Final = "application/octet-stream"


@final
class ObjectInfo(NamedTuple):
    """An object as it is stored; ``etag`` changes with its content, ``modified`` is aware UTC."""

    key: str
    size: int
    etag: str
    content_type: str
    modified: datetime


@final
class Bucket(Resource):
    """A bucket; declared with ``app.bucket(name)``. A missing object is a ``FileNotFoundError``."""

    kind: ClassVar[str] = "bucket"
    OPERATIONS: ClassVar[Mapping[str, str]] = {
        "put": "put",
        "put_url": "put",
        "get": "get",
        "stream": "get",
        "get_url": "get",
        "info": "get",
        "list": "list",
        "delete": "delete",
    }

    def __init__(self, name: str) -> None:
        super().__init__(name)
        if name == KEPT:
            raise ValueError(f"an engine may keep large values in a bucket {KEPT!r} of the app; call yours otherwise")

    async def put(self, key: str, data: bytes | AsyncIterable[bytes], *, content_type: str = BINARY) -> ObjectInfo:
        """Store an object, whole or not at all; an iterable is stored as it comes."""
        services = self._services("put")
        return await services.put(self.name, check_key(key), _chunks(data), content_type)

    async def get(self, key: str) -> bytes:
        """The whole object; ``FileNotFoundError`` if there is none."""
        stream = self._services("get").stream(self.name, check_key(key))
        return b"".join([chunk async for chunk in stream])

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """The object in pieces; ``FileNotFoundError`` at the first one if there is none."""
        return self._services("stream").stream(self.name, check_key(key))

    async def info(self, key: str) -> ObjectInfo | None:
        """The object as it is stored, or None."""
        return await self._services("info").describe(self.name, check_key(key))

    async def list(self, prefix: str = "", *, after: str = "", limit: int = PAGE) -> Sequence[ObjectInfo]:
        """At most ``limit`` (1,000) objects by key; ``after`` is the last key of the page before."""
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= PAGE:
            raise ValueError(f"limit is 1 to {PAGE}, not {limit!r}; go on with after=")
        return await self._services("list").objects(self.name, prefix, after, limit)

    async def delete(self, key: str) -> bool:
        """Remove an object; whether there was one."""
        return await self._services("delete").delete(self.name, check_key(key))

    async def get_url(self, key: str, *, expires: Seconds = 3600) -> str:
        """A URL by which anybody may read the object for ``expires`` seconds, at most a week."""
        return await self._services("get_url").signed_url(self.name, check_key(key), "GET", _duration(expires))

    async def put_url(self, key: str, *, expires: Seconds = 3600) -> str:
        """A URL by which anybody may write the object (``PUT``) for ``expires`` seconds, at most a week."""
        return await self._services("put_url").signed_url(self.name, check_key(key), "PUT", _duration(expires))


def check_key(key: object) -> str:
    """``key`` if every platform takes it; ``ValueError`` otherwise."""
    if not isinstance(key, str):
        raise TypeError(f"the key of an object is text, not {key!r}")
    parts = key.split("/")
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise ValueError(f"the key of an object is UTF-8 text, not {key!a}") from None
    if not 1 <= size <= LONGEST_KEY or any(part in ("", ".", "..") for part in parts) or not _is_plain(key):
        raise ValueError(
            f"the key of an object has 1 to {LONGEST_KEY} bytes, no empty, '.' or '..' part between slashes, "
            f"no backslash and no control character, not {key[:80]!r}"
        )
    return key


def _is_plain(key: str) -> bool:
    return "\\" not in key and key.isprintable()


def _duration(expires: Seconds) -> float:
    given = seconds(expires, "expires")
    if not 1 <= given <= LONGEST_URL:
        raise ValueError(f"expires is 1 to {LONGEST_URL:g} seconds, not {given:g}")
    return given


async def _chunks(data: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    async for chunk in data:
        if not isinstance(chunk, bytes):
            raise TypeError(f"an object is made of bytes, not {chunk!r}")
        yield chunk
