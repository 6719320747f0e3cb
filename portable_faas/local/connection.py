"""``Connection``: uvicorn's HTTP connection, which sends the head and the body of an answer in one piece.

By itself it writes them one after the other, and each write is a call of the system, a segment, and a waking of the
client: more than half of what a small request costs.
"""

import asyncio
from typing import Any, Final, final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONG: Final = 65_536  # bytes from which a write is not worth a copy


@final
class Connection(HttpToolsProtocol):
    """One connection of a client."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # of what is passed
        """Begin."""
        joining: Any = _Joining(transport, self.loop)
        super().connection_made(joining)


@final
class _Joining:
    """A transport that writes at the end of the loop's turn what was written during it."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep data until the turn is over."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)
        if len(data) >= LONG:
            self._flush()

    def close(self) -> None:
        """Close behind what is written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held = self._held
        if held:
            self._held = []
            self._transport.write(held[0] if len(held) == 1 else b"".join(held))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
