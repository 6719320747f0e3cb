"""Runs a function with a schedule when EventBridge Scheduler calls, at the moments that its declaration means.

{"scheduled": "2026-03-29T01:00:00Z"}   ->   the function runs, or not: a skipped hour is called for on every day

Scheduler drops what falls into the hour that clocks skip; the declaration says that it runs once, after it. So it also
calls at the end of such an hour (``package/expressions.py``), and what is not due by the declaration ends here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from logging import ERROR, getLogger
from typing import Any, Final, final

from portable_faas.triggers.cron import Cron, zone
from portable_faas.triggers.event import Tick
from portable_faas.triggers.function import Function
from portable_faas.triggers.trigger import Schedule
from portable_faas.values.logged import log_failure
from portable_faas_aws.runtime.coroutines import Coroutines, called

LOG: Final = getLogger("portable_faas.aws")
SCHEDULED: Final = "scheduled"
MINUTE: Final = timedelta(minutes=1)


@final
class Ticker:
    """Calls one function."""

    def __init__(self, function: Function[..., Any], schedule: Schedule, coroutines: Coroutines) -> None:
        self._function = function
        self._cron = None if schedule.cron is None else Cron(schedule.cron, zone(schedule.timezone))
        self._coroutines = coroutines

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run the function; a failure is logged, and the next run comes nevertheless."""
        due = datetime.fromisoformat(event[SCHEDULED])
        if self._cron is not None and self._cron.after(due - MINUTE) != due:
            return {}
        takes = self._function.fn.__code__.co_argcount
        try:
            self._coroutines.run(called(self._function, [Tick(due, event)][:takes], {}))
        except Exception as wrong:
            name, due_at = self._function.name, due.isoformat()
            log_failure(LOG, ERROR, wrong, "the run of %s due at %s failed", name, due_at)
        return {}
