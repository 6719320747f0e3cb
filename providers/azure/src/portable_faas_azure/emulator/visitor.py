"""``Visitor``: a test's own view of a running app: its resources, its clock, its HTTP side.

The clients of the storage are those that functions use, in the process of the test.
"""

import time
from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas.app import App
from portable_faas.context.inside import Start, inside
from portable_faas_azure.emulator.placed import Placed
from portable_faas_azure.emulator.process import HostProcess
from portable_faas_azure.emulator.surroundings import settings
from portable_faas_azure.runtime.names import Names
from portable_faas_azure.runtime.services import AzureServices
from portable_faas_azure.runtime.storage import Storage


@final
class SeenClock:
    """The host's time as its last answer told it; with virtual time only what a test waits for moves it."""

    def __init__(self, now: int, real: bool) -> None:
        self._now = now
        self._real = real

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return int(time.time() * 1000) if self._real else self._now

    def seen(self, now: int) -> None:
        """The host has told its time."""
        self._now = max(self._now, now)

    def hidden(self, milliseconds: int) -> int:
        """With virtual time nothing is hidden in the storage: the host keeps what is not due."""
        return -(-milliseconds // 1000) if self._real else 0


@final
class Visitor:
    """``connection`` is that of the storage itself; ``placed`` has something provided."""

    def __init__(self, app: App, placed: Placed, host: HostProcess, connection: str, clock: SeenClock) -> None:
        assert placed.provided is not None
        around = settings(placed.provided, connection, host.port, host.key)
        given: Mapping[str, Any] = {**placed.environment, **around}
        self.clock: Final = clock
        self.services: Final = AzureServices(app, given, Storage(given, Names(placed.prefix)), clock)

    def inside(self, start: Start) -> inside:
        """Let the code in a ``with`` block find the resources of the app."""
        return inside(self.services, start)

    async def close(self) -> None:
        """Close the connections."""
        await self.services.close()
