"""Runs the functions with a schedule on the engine's clock: one run at a time, one for all that were missed."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, final

from portable_faas.local.agenda import Agenda
from portable_faas.local.depot import Depot
from portable_faas.triggers.cron import Cron, zone
from portable_faas.triggers.delivery import moment
from portable_faas.triggers.event import Tick
from portable_faas.triggers.function import Function
from portable_faas.triggers.trigger import Schedule
from portable_faas.values.logged import log_failure

LOG: Final = logging.getLogger("portable_faas.local")
Run = Callable[[Function[..., Any], Sequence[Any]], Awaitable[Any]]


@final
class Scheduled:
    """One function with a schedule."""

    def __init__(
        self, function: Function[..., Any], schedule: Schedule, depot: Depot, agenda: Agenda, run: Run
    ) -> None:
        self._function = function
        self._schedule = schedule
        self._cron = None if schedule.cron is None else Cron(schedule.cron, zone(schedule.timezone))
        self._depot = depot
        self._agenda = agenda
        self._run = run

    def begin(self) -> None:
        """Wait for the next due moment; at once if one passed while nothing ran."""
        now, last = self._agenda.now(), self._depot.last_run(self._function.name)
        if last is None:
            self._depot.ran(self._function.name, now)
        self._wait(now if last is None else last)

    def next_after(self, milliseconds: int) -> int:
        """The first due moment behind this one."""
        if self._cron is None:
            return milliseconds + round((self._schedule.every or 0) * 1000)
        return round(self._cron.after(moment(milliseconds)).timestamp() * 1000)

    def _wait(self, last: int) -> None:
        due = self.next_after(last)
        now = self._agenda.now()
        while (following := self.next_after(due)) <= now:
            due = following  # missed more than one: the latest stands for all
        self._agenda.at(due, lambda: self._agenda.spawn(self._call(due)))

    async def _call(self, due: int) -> None:
        self._depot.ran(self._function.name, due)
        takes = self._function.fn.__code__.co_argcount
        try:
            await self._run(self._function, [Tick(moment(due))][:takes])
        except Exception as wrong:
            due_at = moment(due).isoformat()
            log_failure(LOG, logging.ERROR, wrong, "the run of %s due at %s failed", self._function.name, due_at)
        self._wait(due)
