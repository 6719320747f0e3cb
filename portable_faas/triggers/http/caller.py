"""``Caller``: makes requests and reads answers in a test, without a network.

reply = await client.http.post("/orders", json={"id": 1}, key="secret")      reply.status, reply.json()
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, final
from urllib.parse import urlencode

from portable_faas.triggers.http.form import URL_ENCODED
from portable_faas.triggers.http.keys import HEADER
from portable_faas.triggers.http.request import Request, Upload
from portable_faas.triggers.http.response import Answer

BOUNDARY: Final = "pfaas-form-boundary"
_NOTHING: Final[Any] = object()


@final
class Reply:
    """An answer as a client sees it."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.body

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The first header of this name, or None."""
        return next((value for header, value in self.headers if header == name.lower()), None)

    def __repr__(self) -> str:
        return f"<Reply {self.status} {self.body[:200]!r}>"


@final
class Caller:
    """Sends requests to an app; paths and queries are given as a client would write them."""

    def __init__(self, answer: Callable[[Request], Awaitable[Answer]]) -> None:
        self._answer = answer

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = _NOTHING,
        data: bytes | str | None = None,
        form: Mapping[str, str | Upload] | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        token: str | None = None,
    ) -> Reply:
        """Send a request; ``key`` is shown as an API key and ``token`` as a bearer token."""
        body, kind = _body(json, data, form)
        given = {name.lower(): value for name, value in (headers or {}).items()}
        if kind:
            given.setdefault("content-type", kind)
        if key is not None:
            given[HEADER] = key
        if token is not None:
            given["authorization"] = f"Bearer {token}"
        target, _, query = path.partition("?")
        return Reply(await self._answer(Request(method, target, query, given.items(), body)))

    async def get(self, path: str, **options: Any) -> Reply:
        """``GET``; options as of ``request``."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Reply:
        """``POST``; options as of ``request``."""
        return await self.request("POST", path, **options)

    async def put(self, path: str, **options: Any) -> Reply:
        """``PUT``; options as of ``request``."""
        return await self.request("PUT", path, **options)

    async def patch(self, path: str, **options: Any) -> Reply:
        """``PATCH``; options as of ``request``."""
        return await self.request("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> Reply:
        """``DELETE``; options as of ``request``."""
        return await self.request("DELETE", path, **options)


def _body(value: Any, data: bytes | str | None, form: Mapping[str, str | Upload] | None) -> tuple[bytes, str]:
    if value is not _NOTHING:
        return json.dumps(value).encode(), "application/json"
    if form is not None:
        return _form(form)
    return (data.encode() if isinstance(data, str) else data or b""), ""


def _form(form: Mapping[str, str | Upload]) -> tuple[bytes, str]:
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    if len(texts) == len(form):
        return urlencode(texts).encode(), URL_ENCODED
    parts = [_part(name, value) for name, value in form.items()]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def _part(name: str, value: str | Upload) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, str):
        return f"{head}\r\n\r\n{value}\r\n".encode()
    file = f'; filename="{value.filename}"\r\nContent-Type: {value.content_type}\r\n\r\n'
    return (head + file).encode() + value.data + b"\r\n"
