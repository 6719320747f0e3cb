"""Daemon threads for `def` activities: they start on demand and never keep the process from ending.

The standard executor joins its threads at exit, so one activity that outlives its time-out would hang the program.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final, final

LIMIT: Final = 512  # `def` activities that run at once; more of them wait their turn


@final
class Workers:
    """Runs jobs on at most ``limit`` threads, oldest job first. A job must not raise."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = 0
        self._idle = threading.Semaphore(0)

    def submit(self, job: Callable[[], None]) -> None:
        """Run ``job`` soon, on a thread that is free or new."""
        self._jobs.put(job)
        if not self._idle.acquire(blocking=False) and self._threads < self._limit:
            self._threads += 1
            threading.Thread(target=self._work, name="pfaas-activity", daemon=True).start()

    def make_room(self) -> None:
        """A job was given up but still holds its thread: allow one more."""
        self._limit += 1

    def close(self) -> None:
        """Let every thread end after its job."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job
            self._idle.release()
