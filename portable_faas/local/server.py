"""Serves an app over HTTP on this machine with uvicorn: its routes, and beside them its schedules and messages."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn

from portable_faas.errors import NotInstalled
from portable_faas.local.connection import Connection
from portable_faas.triggers.http.asgi import application
from portable_faas.triggers.serving import Serving

BACKLOG: Final = 2048


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is any free one. ``NotInstalled`` if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named: asyncio turns Nagle's algorithm off only on sockets that say they are TCP, and with it on
    # an answer in two segments waits 40 ms for a delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let a second server take the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as taken:
        listener.close()
        problem = taken.strerror or str(taken)
        raise NotInstalled(f"cannot listen on {host}:{port}: {problem}; choose another --port") from taken
    return listener


def origin_of(listener: socket.socket) -> str:
    """``http://127.0.0.1:8000``."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def serve(backend: Serving, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve ``backend`` until the process is told to stop; ``ready`` gets the origin when requests are answered."""
    origin = origin_of(listener)
    await backend.serve(origin)
    config = uvicorn.Config(
        _announcing(application(backend.answer), lambda: ready(origin)),
        http=Connection,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    await _Server(config).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server, which raises the signal that stopped it once more at its end; here the end is orderly."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM."""
        if sys.platform == "win32":
            with super().capture_signals():
                yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _announcing(app: Any, ready: Callable[[], None]) -> Any:
    """``app``, which calls ``ready`` once the server has started it."""

    async def announced(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def told(event: Any) -> None:
            await send(event)
            if event["type"] == "lifespan.startup.complete":
                ready()

        await app(scope, receive, told)

    return announced
