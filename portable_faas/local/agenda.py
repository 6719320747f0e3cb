"""``Agenda``: what is due and what is under way besides orchestrations, on the clock of the engine.

With virtual time the engine asks it before it lets time pass; with real time its timers wake by themselves.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, final

from portable_faas.local.clock import Clock, Timer, Timers


@final
class Agenda:
    """Timers and tasks of functions with triggers; belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timers = Timers(clock, self._loop)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting = 0
        self._pending = 0  # wake-ups that are on their way to the loop
        self._closed = False
        self.idle: Callable[[], None] = lambda: None

    @property
    def busy(self) -> bool:
        """Whether something is under way, those aside that wait for an orchestration."""
        return len(self._tasks) > self._waiting or self._pending > 0

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._clock.now()

    def at(self, due: int, action: Callable[[], None]) -> Timer:
        """Call ``action`` at ``due`` or later."""
        timer = self._timers.at(due, action)
        if due <= self._clock.now():
            self.soon(self._timers.fire_due)
        return timer

    def soon(self, action: Callable[[], None]) -> None:
        """Call ``action`` in the loop, from whatever thread; until then time stands still."""
        if self._closed:
            return
        self._pending += 1
        self._loop.call_soon_threadsafe(self._call, action)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run ``work`` beside everything else; it must not raise."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While one of our tasks waits for an orchestration, which may take virtual time, it is not under way."""
        if asyncio.current_task() not in self._tasks:
            yield
            return
        self._waiting += 1
        self._look()
        try:
            yield
        finally:
            self._waiting -= 1

    def next_due(self) -> int | None:
        """The first due moment."""
        return self._timers.next_due()

    def fire_due(self) -> None:
        """Do what is due now."""
        self._timers.fire_due()

    async def close(self) -> None:
        """Do nothing any more; what is under way is cancelled."""
        self._closed = True
        self._timers.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _call(self, action: Callable[[], None]) -> None:
        self._pending -= 1
        if self._closed:
            return
        action()
        self._look()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._look()

    def _look(self) -> None:
        if not self.busy:
            self.idle()
