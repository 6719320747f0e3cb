"""Decides when time goes on: a virtual clock moves only while somebody waits and nothing is under way.

    nothing under way, somebody waits  ->  be at the next due moment, or where ``advance`` wants to be

A running activity is outside of virtual time, so a timer that falls due while an activity really runs that long (its
time-out) comes in its time. A real clock goes by itself; what is due then only has to be rung.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, final

from portable_faas_azure.emulator.clock import Clock

PAUSE: Final = 0.05  # seconds between two looks at what is outside, while nothing else can happen
TICKS: Final = 4  # of the event loop that pass before virtual time does, so that a test's own tasks go first


@final
class Pace:
    """``busy`` says whether anything is under way; ``reached`` stores a moment before anything happens at it."""

    def __init__(
        self,
        clock: Clock,
        busy: Callable[[], bool],
        reached: Callable[[int], Awaitable[None]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        beside: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._clock = clock
        self._busy = busy
        self._reached = reached
        self._spawn = spawn
        self._beside = beside
        self.gather: Callable[[], Awaitable[bool]] | None = (
            None  # takes what waits outside of the host, if there is any
        )
        self._loop = asyncio.get_running_loop()
        self._horizons: list[tuple[int | None, asyncio.Future[None]]] = []
        self._looking = False
        self._alarm: asyncio.TimerHandle | None = None
        self._closed = False

    async def until(self, limit: int | None, arrived: asyncio.Future[None]) -> None:
        """Let time pass until ``arrived`` is done, or up to the moment ``limit``."""
        horizon = (limit, arrived)
        self._horizons.append(horizon)
        self.look_ahead()
        try:
            await arrived
        finally:
            self._horizons.remove(horizon)

    def look_ahead(self) -> None:
        """When nothing is under way, be at the next due moment that somebody waits for."""
        if self._clock.real:
            self._ring_later()
        elif self._horizons and not self._looking and not self._closed:
            self._looking = True
            self._loop.call_soon(self._look, TICKS)

    def pull(self, zero: float | None) -> None:
        """An activity runs whose virtual zero was at ``zero`` of real time (None: no activity runs)."""
        if self._clock.real:
            self._ring_later()
            return
        self._cancel_alarm()
        due = self._clock.next_due()
        if due is not None and zero is not None and not self._closed:
            self._alarm = self._loop.call_later(zero + due / 1000 - time.monotonic(), self._pulled, due, zero)

    def close(self, error: Exception) -> None:
        """Stop; who waits gets ``error``."""
        self._closed = True
        self._cancel_alarm()
        for _, arrived in self._horizons:
            settle(arrived, error)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _pulled(self, due: int, zero: float) -> None:
        self._alarm = None
        self._clock.reach(due)
        self.pull(zero)

    def _ring_later(self) -> None:
        self._cancel_alarm()
        due = self._clock.next_due()
        wanted = [moment for moment in (due, *(limit for limit, _ in self._horizons)) if moment is not None]
        if wanted and not self._closed:
            self._alarm = self._loop.call_later(self._clock.seconds_until(min(wanted)), self._ring)

    def _ring(self) -> None:
        self._clock.reach(self._clock.now)
        self._settle_horizons(None)
        self._ring_later()

    def _look(self, ticks: int) -> None:
        if ticks:
            self._loop.call_soon(self._look, ticks - 1)
            return
        if self._busy() or self._closed or not self._horizons:
            self._looking = False
        elif self.gather is None:
            self._looking = False
            self._jump()
        else:
            self._beside(self._gather(self.gather))

    async def _gather(self, gather: Callable[[], Awaitable[bool]]) -> None:
        """Take what waits outside; when there is nothing, let time pass, or look again where none can."""
        try:
            found = await gather()
        finally:
            self._looking = False
        if found or self._busy() or self._closed or not self._horizons:
            self.look_ahead()
        elif not self._jump():
            self._loop.call_later(PAUSE, self.look_ahead)

    def _jump(self) -> bool:
        """Move on, and tell who has waited for that; whether there is anywhere to go."""
        limits = [limit for limit, _ in self._horizons]
        horizon = None if None in limits else max(limit for limit in limits if limit is not None)
        due = self._clock.next_due()
        if due is not None and (horizon is None or due <= horizon):
            target: int | None = due
        else:
            target = horizon if horizon is not None and horizon > self._clock.now else None
        if target is not None:
            self._spawn(self._move(target))
        self._settle_horizons(due)
        return target is not None

    async def _move(self, moment: int) -> None:
        await self._reached(moment)
        self._clock.reach(moment)

    def _settle_horizons(self, due: int | None) -> None:
        """Let those go on whose moment has come, unless more is due at it."""
        for limit, arrived in list(self._horizons):
            if limit is not None and limit <= self._clock.now and (due is None or due > limit):
                settle(arrived, None)


def settle(waiter: asyncio.Future[None], error: Exception | None) -> None:
    """Wake who waits, unless it has been woken."""
    if not waiter.done():
        waiter.set_result(None) if error is None else waiter.set_exception(error)
