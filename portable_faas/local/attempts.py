"""Runs one attempt of an activity: decodes the arguments, calls the function, encodes the result, keeps the time.

    Attempt(call, '{"n": 2}')  ->  ended(attempt, "4", None)         or ended(attempt, "", ValueError("..."))

Activities are outside virtual time: they see the machine's clock, and so does their time-out.
"""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from typing import Any, Final, final

from portable_faas.context.calls import ActivityCall
from portable_faas.errors import ActivityCrashed
from portable_faas.local.workers import Workers
from portable_faas.resources import Grant
from portable_faas.resources.acting import acting
from portable_faas.values import dumps, loads

LOG: Final = logging.getLogger("portable_faas.local")
COROUTINE: Final = 0x80  # inspect.CO_COROUTINE

Ended = Callable[["Attempt", str, BaseException | None], None]


@final
class Attempt:
    """One run of an activity; ``ended`` is called once, on the loop's thread, unless it is given up before."""

    __slots__ = ("_alarm", "_args", "_call", "_ended", "_grants", "_loop", "_task", "timed_out")

    def __init__(
        self,
        call: ActivityCall[Any],
        args: str,
        loop: asyncio.AbstractEventLoop,
        ended: Ended,
        grants: frozenset[Grant] = frozenset(),
    ) -> None:
        self._call = call
        self._grants = grants
        self._args = args
        self._loop = loop
        self._ended: Ended | None = ended
        self._task: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self.timed_out = False

    def start(self, workers: Workers, context: Context) -> None:
        """Begin; the time-out counts from here. The activity gets a copy of ``context`` of its own."""
        if self._call.timeout is not None:
            self._alarm = self._loop.call_later(self._call.timeout, self._timed_out, workers)
        if self._call.fn.__code__.co_flags & COROUTINE:
            self._task = self._loop.create_task(self._run_async(context), context=context.copy())
        else:
            workers.submit(lambda: context.copy().run(self._run_in_thread, context))

    def give_up(self) -> None:
        """Nobody wants the outcome any more; a coroutine is cancelled, a thread runs on unheard."""
        self._ended = None
        if self._alarm is not None:
            self._alarm.cancel()
        if self._task is not None:
            self._task.cancel()

    def _timed_out(self, workers: Workers) -> None:
        self.timed_out = True
        ended = self._ended
        self.give_up()
        if self._task is None:
            workers.make_room()
        if ended is not None:
            ended(self, "", self._call.late())

    async def _run_async(self, context: Context) -> None:
        try:
            call = self._call
            with acting(call.name, self._grants):
                text, error = self._encoded(await call.signature().call(call.fn, (), loads(self._args))), None
        except BaseException as raised:
            if isinstance(raised, asyncio.CancelledError) and self._ended is None:
                raise
            text, error = "", self._fact(raised)
        self._loop.call_soon(self._end, text, error, context=context)

    def _run_in_thread(self, context: Context) -> None:
        try:
            call = self._call
            with acting(call.name, self._grants):
                text, error = self._encoded(call.signature().call(call.fn, (), loads(self._args))), None
        except BaseException as raised:
            text, error = "", self._fact(raised)
        if not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._end, text, error, context=context)
            except RuntimeError:
                return  # the loop closed meanwhile: the engine is gone, and its next start runs the step again

    def _encoded(self, result: object) -> str:
        return dumps(self._call.signature().encode_result(result), "result")

    def _fact(self, raised: BaseException) -> BaseException:
        """What the orchestrator hears; an exit of the process is a crash of the activity."""
        if isinstance(raised, Exception):
            return raised
        LOG.info("activity %s ended its process: %r", self._call.name, raised)
        return ActivityCrashed(self._call.name)

    def _end(self, text: str, error: BaseException | None) -> None:
        ended, self._ended = self._ended, None
        if self._alarm is not None:
            self._alarm.cancel()
        if ended is not None:
            ended(self, text, error)
