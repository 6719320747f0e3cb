"""Signed URLs of objects that the app's own HTTP side answers, the same on every engine.

/-pfaas/buckets/photos/in/a.png?method=GET&expires=1767225600&signature=...
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from portable_faas.triggers.http.request import Request, pairs, segments
from portable_faas.triggers.http.response import Answer, Problem
from portable_faas.triggers.http.signing import is_signed, signature
from portable_faas.triggers.http.template import RESERVED

if TYPE_CHECKING:
    from portable_faas.triggers.http.host import Host

PLACE = f"{RESERVED}/buckets/"


def object_url(secret: bytes, bucket: str, key: str, method: str, until: int) -> str:
    """The path and query by which anybody may do ``method`` until that moment (seconds since 1970 UTC)."""
    signed = signature(secret, "object", method, bucket, key, until)
    return f"{PLACE}{bucket}/{quote(key)}?method={method}&expires={until}&signature={signed}"


WRONG = "the signature of this URL is not valid, or no longer"


def object_of(request: Request) -> tuple[str, str] | None:
    """The bucket and the key that the path of a signed URL names; None for another path."""
    bucket, _, key = request.path.removeprefix(PLACE).partition("/")
    if not key or not request.path.startswith(PLACE):
        return None
    return bucket, "/".join(segments(f"/{key}"))


async def object_page(host: "Host", request: Request) -> Answer | None:
    """The answer to a signed URL; None if the path is none of an object. ``Problem`` 403 and 404."""
    found = object_of(request)
    if found is None:
        return None
    bucket, key = found
    await _check(host, request, bucket, key)
    if request.method == "PUT":
        kind = request.header("content-type") or "application/octet-stream"
        await host.services.put(bucket, key, _once(request.body), kind)
        return Answer(200)
    info = await host.services.describe(bucket, key)
    if info is None:
        raise Problem(404, "there is no such object")
    body = b"".join([chunk async for chunk in host.services.stream(bucket, key)])
    return Answer(200, (("content-type", info.content_type), ("etag", f'"{info.etag}"')), body)


async def _check(host: "Host", request: Request, bucket: str, key: str) -> None:
    query = {name: values[0] for name, values in pairs(request.query).items()}
    method, expires = query.get("method", ""), query.get("expires", "")
    parts = ("object", method, bucket, key, expires)
    valid = is_signed(await host.signing_key(), query.get("signature", ""), *parts) and int(expires) > host.now()
    if not valid or request.method != method:
        raise Problem(403, WRONG)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
