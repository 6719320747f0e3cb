"""Runs the function that forgets finished instances, as time goes by.

Retaining(worker, clock, ...).open()      advance(86_400)  ->  one tick, at the end of that day

Virtual time does not go on for its sake, as it does for the schedules of an app: else who waits for an event would be
hours older each time, and an app without instances would never stand still. A long jump of the clock is one tick.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, final

from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.ncrontab import Ncrontab
from portable_faas_azure.emulator.sources import timer_text
from portable_faas_azure.emulator.worker import TIMER, Worker
from portable_faas_azure.runtime.retention import NAME, SCHEDULE

LOG = logging.getLogger("portable_faas.azure")


@final
class Retaining:
    """The timer of that function, where the app has it; ``call`` runs one invocation, ``spawn`` what is under way."""

    def __init__(
        self,
        worker: Worker,
        clock: Clock,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        call: Callable[[Awaitable[Any]], Awaitable[Any]],
    ) -> None:
        self._worker = worker
        self._clock = clock
        self._spawn = spawn
        self._call = call
        self._schedule = Ncrontab(SCHEDULE)
        self._last: datetime | None = None

    def open(self) -> None:
        """Begin, if the app wants anything to be forgotten."""
        if any(trigger.name == NAME for trigger in self._worker.triggers(TIMER)):
            self._wait()

    def _wait(self) -> None:
        due = round(self._following().timestamp() * 1000)
        wait = self._clock.at if self._clock.real else self._clock.aside
        wait(due, lambda: self._spawn(self._tick()))

    def _following(self) -> datetime:
        return self._schedule.after(datetime.fromtimestamp(self._clock.now / 1000, UTC))

    async def _tick(self) -> None:
        told = timer_text(self._last, self._following())
        self._last = datetime.fromtimestamp(self._clock.now / 1000, UTC)
        self._wait()
        try:
            await self._call(self._worker.tick(NAME, told))
        except Exception:
            LOG.exception("function %s failed", NAME)
