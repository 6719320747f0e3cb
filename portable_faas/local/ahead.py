"""Virtual time: when nothing is under way and somebody waits, be at the next due moment.

await handle.result()       timers due in an hour and in a day fire at once, in their order
await client.advance(60)    only what is due within the minute does
"""

import asyncio
from collections.abc import Callable
from typing import Final, final

from portable_faas.local.agenda import Agenda
from portable_faas.local.clock import Clock, Timers

TICKS: Final = 4  # of the event loop that pass before virtual time does, so that a test's own tasks go first


@final
class Ahead:
    """Moves a virtual clock; ``idle`` tells whether anything that takes no virtual time is still under way.

    ``agenda`` holds what is due and under way besides orchestrations.
    """

    def __init__(
        self,
        clock: Clock,
        timers: Timers,
        loop: asyncio.AbstractEventLoop,
        idle: Callable[[], bool],
        agenda: Agenda | None = None,
    ) -> None:
        self._clock = clock
        self._timers = timers
        self._loop = loop
        self._idle = idle
        self._horizons: list[tuple[int | None, asyncio.Future[None]]] = []
        self._looking = False
        self._agenda = agenda
        if agenda is not None:
            agenda.idle = self.look

    async def until(self, limit: int | None, arrived: asyncio.Future[None]) -> None:
        """Wait for ``arrived``; time may pass meanwhile, up to ``limit``, at which it arrives by itself."""
        horizon = (limit, arrived)
        self._horizons.append(horizon)
        self.look()
        try:
            await arrived
        finally:
            self._horizons.remove(horizon)

    def look(self) -> None:
        """Something ended: see soon whether time may pass."""
        if self._clock.virtual and self._horizons and not self._looking:
            self._looking = True
            self._loop.call_soon(self._look, TICKS)

    def _look(self, ticks: int) -> None:
        if ticks:
            self._loop.call_soon(self._look, ticks - 1)
            return
        self._looking = False
        if self._horizons and self._idle() and not (self._agenda is not None and self._agenda.busy):
            self._jump()

    def _jump(self) -> None:
        limits = [limit for limit, _ in self._horizons]
        horizon = None if None in limits else max(limit for limit in limits if limit is not None)
        due = self._next_due()
        if due is not None and (horizon is None or due <= horizon):
            self._clock.reach(due)
            self._timers.fire_due()
            if self._agenda is not None:
                self._agenda.fire_due()
            self.look()
        elif horizon is not None:
            self._clock.reach(horizon)
        for limit, arrived in list(self._horizons):
            if limit is not None and limit <= self._clock.now() and (due is None or due > limit) and not arrived.done():
                arrived.set_result(None)

    def _next_due(self) -> int | None:
        own, other = self._timers.next_due(), None if self._agenda is None else self._agenda.next_due()
        return min((due for due in (own, other) if due is not None), default=None)
