"""Runs activity functions: coroutines on the loop, others on daemon threads that never keep the process from ending."""

import asyncio
from collections.abc import Callable
from typing import Any, final

from portable_faas.local.workers import Workers as Threads
from portable_faas_azure.emulator.worker import Raised, Worker

Done = Callable[[str | None, str | None], None]
Outcome = tuple[str | None, str | None]


@final
class Workers:
    """``done(result, None)`` or ``done(None, fault)`` is called on the loop when an activity has ended."""

    def __init__(self, functions: Worker, loop: asyncio.AbstractEventLoop) -> None:
        self._functions = functions
        self._loop = loop
        self._threads = Threads()
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, name: str, text: str, done: Done) -> None:
        """Begin one execution of activity ``name``."""
        if self._functions.is_coroutine(name):
            task = self._loop.create_task(self._on_loop(name, text, done))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._threads.submit(lambda: self._in_thread(name, text, done))

    def close(self) -> None:
        """Cancel the coroutines; a thread runs on unheard."""
        self._threads.close()
        for task in self._tasks:
            task.cancel()

    async def _on_loop(self, name: str, text: str, done: Done) -> None:
        try:
            result: Any = await self._functions.activity(name, text)()
            outcome: Outcome = (self._functions.encoded(result), None)
        except Exception as error:
            outcome = _fault(name, error)
        done(*outcome)

    def _in_thread(self, name: str, text: str, done: Done) -> None:
        try:
            outcome: Outcome = (self._functions.encoded(self._functions.activity(name, text)()), None)
        except Exception as error:
            outcome = _fault(name, error)
        if not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(done, *outcome)
            except RuntimeError:
                return  # the loop was closed meanwhile, and the host with it


def _fault(name: str, error: Exception) -> Outcome:
    told = str(error) if isinstance(error, Raised) else f"{type(error).__name__}: {error}"
    return None, f"Activity function '{name}' failed:  {told}"
