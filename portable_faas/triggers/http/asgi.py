"""Both ways between our requests and ASGI 3: ``Mounted`` calls an application, ``application`` makes one of ours."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote

from portable_faas.triggers.http.cookies import sent_back
from portable_faas.triggers.http.request import BODY_LIMIT, Request
from portable_faas.triggers.http.response import Answer
from portable_faas.triggers.http.settings import Mount

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Event, Receive, Send], Awaitable[None]]
VERSION: Final = {"version": "3.0", "spec_version": "2.3"}


class Mounted:
    """An ASGI application below a path; it is started with the first request and ended by ``close``."""

    def __init__(self, mount: Mount) -> None:
        self.path = mount.path
        self.auth = mount.auth
        self._app: Application = mount.app
        self._lifespan: _Lifespan | None = None

    def covers(self, path: str) -> bool:
        """Whether a path is the application's."""
        return path == self.path or path.startswith(self.path + "/")

    async def answer(self, request: Request) -> Answer:
        """What the application answers; ``RuntimeError`` if it gives no complete answer."""
        if self._lifespan is None:
            self._lifespan = _Lifespan(self._app)
        await self._lifespan.started()
        exchange = _Exchange(request)
        await self._app(self._scope(request), exchange.receive, exchange.send)
        return exchange.answer()

    async def close(self) -> None:
        """Tell the application that it is over."""
        if self._lifespan is not None:
            await self._lifespan.ended()

    def _scope(self, request: Request) -> Event:
        return {
            "type": "http",
            "asgi": VERSION,
            "http_version": "1.1",
            "method": request.method,
            "scheme": "https",
            "path": unquote(request.path),
            "raw_path": request.path.encode("ascii", "replace"),
            "root_path": self.path,
            "query_string": request.query.encode("ascii", "replace"),
            "headers": [_encoded(name, value) for name, value in request.headers],
            "client": None,
            "server": None,
            "extensions": {},
        }


def _encoded(name: str, value: str) -> tuple[bytes, bytes]:
    """A header for the application, which finds its cookies as it set them."""
    carried = sent_back(value) if name == "cookie" else value
    return name.encode("latin-1", "replace"), carried.encode("latin-1", "replace")


class _Exchange:
    """One request and its answer in ASGI's events."""

    def __init__(self, request: Request) -> None:
        self._body: bytes | None = request.body
        self._start: Event | None = None
        self._sent = bytearray()
        self._complete = False

    async def receive(self) -> Event:
        """The body at once, then that the client has gone."""
        if self._body is None:
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, event: Event) -> None:
        """Keep what the application sends."""
        if event["type"] == "http.response.start":
            self._start = event
        elif event["type"] == "http.response.body":
            self._sent += event.get("body", b"")
            self._complete = not event.get("more_body", False)

    def answer(self) -> Answer:
        """All of it."""
        if self._start is None or not self._complete:
            raise RuntimeError("the application ended without a complete answer")
        headers = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in self._start["headers"])
        kept = tuple(pair for pair in headers if pair[0] not in ("content-length", "transfer-encoding"))
        return Answer(self._start["status"], kept, bytes(self._sent))


class _Lifespan:
    """The start and the end of an application; one that knows no lifespan is taken as started."""

    def __init__(self, app: Application) -> None:
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait({"type": "lifespan.startup"})
        self._task = asyncio.ensure_future(self._run(app))

    async def started(self) -> None:
        """Wait until the application is ready; ``RuntimeError`` if it says that it cannot start."""
        why = await asyncio.shield(self._ready)
        if why:
            raise RuntimeError(f"the application did not start: {why}")

    async def ended(self) -> None:
        """Tell it to end and wait."""
        self._inbox.put_nowait({"type": "lifespan.shutdown"})
        await self._task

    async def _run(self, app: Application) -> None:
        try:
            await app({"type": "lifespan", "asgi": VERSION, "state": {}}, self._inbox.get, self._send)
        except Exception:  # "If an exception is raised ... the server must continue": ASGI, Lifespan Protocol
            pass
        finally:
            self._settle("")

    async def _send(self, event: Event) -> None:
        if event["type"] == "lifespan.startup.complete":
            self._settle("")
        elif event["type"] == "lifespan.startup.failed":
            self._settle(event.get("message") or "it gave no reason")

    def _settle(self, why: str) -> None:
        if not self._ready.done():
            self._ready.set_result(why)


def application(respond: Callable[[Request], Awaitable[Answer]]) -> Application:
    """An ASGI application that answers with ``respond``; a body over the limit is not read to its end."""

    async def app(scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _acknowledge(receive, send)
            return
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        query = scope["query_string"].decode("latin-1")
        found = await respond(Request(scope["method"], path, query, headers, await _body(receive)))
        await _send(found, send, scope["method"])

    return app


async def _body(receive: Receive) -> bytes:
    """The body; of one that is too large only so much that it shows."""
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if len(body) > BODY_LIMIT or event["type"] == "http.disconnect" or not event.get("more_body", False):
            return bytes(body)


async def _send(found: Answer, send: Send, method: str) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found.headers]
    if found.status != 204 and not (method == "HEAD" and not found.body):
        headers.append((b"content-length", str(len(found.body)).encode()))
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})


async def _acknowledge(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
