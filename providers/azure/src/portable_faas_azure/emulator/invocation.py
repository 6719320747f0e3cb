"""Invocations of functions with triggers: how many there are, and how many only wait for an orchestration meanwhile."""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any, Final, final

from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.pace import settle

GLANCE: Final = 0.1  # seconds of real time between two looks at what a function waits for, virtual time


@final
class _Invocation:
    """One invocation; ``sleeps`` counts what it waits for."""

    def __init__(self) -> None:
        self.sleeps = 0


_PRESENT: Final[ContextVar[_Invocation | None]] = ContextVar("portable_faas_azure_invocation", default=None)


@final
class Invocations:
    """What is under way; ``changed`` is told by the host."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live: set[_Invocation] = set()
        self.changed: Any = lambda: None

    @property
    def busy(self) -> bool:
        """Whether one of them does something."""
        return any(not one.sleeps for one in self._live)

    @property
    def waiting(self) -> int:
        """How many of them only wait."""
        return sum(bool(one.sleeps) for one in self._live)

    async def call(self, work: Awaitable[Any]) -> Any:
        """Carry out one."""
        one = _Invocation()
        token = _PRESENT.set(one)
        self._live.add(one)
        try:
            return await work
        finally:
            self._live.discard(one)
            _PRESENT.reset(token)
            self.changed()

    async def sleep(self, seconds: float) -> None:
        """Wait on the host's clock; time may pass meanwhile.

        It may end early: what somebody waits for can come without any virtual time having passed.
        """
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        self._clock.at(self._clock.now + round(seconds * 1000), lambda: settle(woken, None))
        if not self._clock.real:
            loop.call_later(GLANCE, settle, woken, None)
        one = _PRESENT.get()
        if one is None:
            await woken
            return
        one.sleeps += 1
        self.changed()
        try:
            await woken
        finally:
            one.sleeps -= 1


@final
class HostClock:
    """The clock that functions see: the host's."""

    def __init__(self, clock: Clock, invocations: Invocations) -> None:
        self._clock = clock
        self._invocations = invocations

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._clock.now

    def hidden(self, milliseconds: int) -> int:
        """With virtual time nothing is hidden in the storage: the host keeps what is not due."""
        return -(-milliseconds // 1000) if self._clock.real else 0

    async def sleep(self, seconds: float) -> None:
        """Wait on the host's clock."""
        await self._invocations.sleep(seconds)
