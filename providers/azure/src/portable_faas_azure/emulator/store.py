"""Where a host keeps its instances: the contract, and the store that keeps nothing.

A host holds everything in memory and hands each change to the store before anybody sees its effect. What a store gives
back after a host has died is therefore all that anybody has seen.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, final

from portable_faas_azure.emulator.history import Recorded
from portable_faas_azure.emulator.instance import Instance, Turn


@final
class Work(NamedTuple):
    """An activity to run: the scheduled event ``event_id`` of one execution."""

    instance_id: str
    execution_id: str
    event_id: int


@final
class Received(NamedTuple):
    """A work item that was taken from the queue; ``receipt`` is for giving it back as done."""

    work: Work
    receipt: Any = None


@final
class Loaded(NamedTuple):
    """What an earlier host has left; ``now`` is None where there was none."""

    now: int | None
    instances: list[Instance]


class StoreLost(Exception):
    """The storage does not answer any more; the text says which and why."""


class Store(Protocol):
    """Every method returns when its change is kept; each raises ``StoreLost``."""

    async def load(self) -> Loaded:
        """What was kept; work items that an earlier host has not finished are sent again by the host."""
        ...

    async def create(self, instance: Instance) -> None:
        """Keep a new instance, in the place of one of the same id."""
        ...

    async def commit(self, instance: Instance, turn: Turn) -> None:
        """Keep a turn wholly or not at all, and forget the messages that it took."""
        ...

    async def keep(self, instance: Instance, key: str, message: Recorded) -> None:
        """Keep a message for the next turn; keeping it again changes nothing."""
        ...

    async def remove(self, instance: Instance) -> None:
        """Forget an instance."""
        ...

    async def reached(self, now: int) -> None:
        """Keep what time it is."""
        ...

    async def send(self, works: Sequence[Work]) -> None:
        """Put work items into the queue."""
        ...

    async def receive(self) -> Sequence[Received]:
        """Wait for work items, and take them."""
        ...

    async def done(self, received: Received) -> None:
        """Delete a work item from the queue."""
        ...

    async def drop(self) -> None:
        """Forget everything."""
        ...

    async def close(self) -> None:
        """Let go of the storage; what is kept stays."""
        ...


@final
class MemoryStore:
    """Keeps nothing: the host's own memory is all there is, and ends with its process."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Work] = asyncio.Queue()

    async def load(self) -> Loaded:
        """Nothing."""
        return Loaded(None, [])

    async def create(self, instance: Instance) -> None:
        """Done by the host."""

    async def commit(self, instance: Instance, turn: Turn) -> None:
        """Done by the host."""

    async def keep(self, instance: Instance, key: str, message: Recorded) -> None:
        """Done by the host."""

    async def remove(self, instance: Instance) -> None:
        """Done by the host."""

    async def reached(self, now: int) -> None:
        """Done by the host."""

    async def send(self, works: Sequence[Work]) -> None:
        """Hand the work items over."""
        for work in works:
            self._queue.put_nowait(work)

    async def receive(self) -> Sequence[Received]:
        """The next work item."""
        return [Received(await self._queue.get())]

    async def done(self, received: Received) -> None:
        """Nothing is left of it."""

    async def drop(self) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing is open."""
