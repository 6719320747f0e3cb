"""What starts functions on the emulated host besides requests: queues and timers.

With virtual time the host looks into every queue before it lets time pass; a message that is due later is kept in hand,
since the storage counts real seconds. With real time it looks every now and then, as the platform does.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, final

from azure.core.exceptions import AzureError, ResourceNotFoundError

from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.ncrontab import Ncrontab
from portable_faas_azure.emulator.store import StoreLost
from portable_faas_azure.emulator.worker import QUEUE, TIMER, Trigger, Worker
from portable_faas_azure.runtime.posted import read
from portable_faas_azure.runtime.retention import NAME as RETENTION
from portable_faas_azure.runtime.storage import Storage

LOG: Final = logging.getLogger("portable_faas.azure")
HELD: Final = 7 * 24 * 3600  # seconds that a message in hand stays hidden, virtual time
WORKED_ON: Final = 600  # the same with real time; the platform hides for ten minutes and renews
LOOK: Final = 0.2  # seconds between two looks, real time
NEVER: Final = "0001-01-01T00:00:00+00:00"  # how the platform writes that a timer has not ticked yet

Spawn = Callable[[Coroutine[Any, Any, None]], None]


@final
class Limits(NamedTuple):
    """``extensions.queues`` of ``host.json``, with the platform's own values where it is silent."""

    at_once: int = 16
    deliveries: int = 5
    pause: int = 0

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "Limits":
        """The settings in ``host.json``."""
        queues = settings.get("extensions", {}).get("queues", {})
        hours, minutes, seconds = map(int, queues.get("visibilityTimeout", "00:00:00").split(":"))
        pause = 3600 * hours + 60 * minutes + seconds
        return cls(queues.get("batchSize", 16), queues.get("maxDequeueCount", 5), pause)


class NoQueue(Exception):
    """A function reads a queue that is not there, so it would never run."""


@final
class Sources:
    """The queues and timers of one app; ``call`` runs one invocation, ``spawn`` what is under way."""

    def __init__(
        self,
        worker: Worker,
        storage: Storage,
        clock: Clock,
        limits: Limits,
        spawn: Spawn,
        call: Callable[[Awaitable[Any]], Awaitable[Any]],
    ) -> None:
        self._worker = worker
        self._storage = storage
        self._clock = clock
        self._limits = limits
        self._spawn = spawn
        self._call = call
        self._queues = {trigger.name: str(trigger.binding["queueName"]) for trigger in worker.triggers(QUEUE)}
        self._running: dict[str, int] = dict.fromkeys(self._queues, 0)

    def open(self) -> None:
        """Set the timers of the app."""
        own = [trigger for trigger in self._worker.triggers(TIMER) if trigger.name != RETENTION]  # not the app's
        for trigger in own:
            self._next_tick(trigger, Ncrontab(trigger.binding["schedule"]), None)

    # Queues.

    async def find(self) -> None:
        """Look for every queue that a function reads; ``NoQueue``."""
        for name, queue in self._queues.items():
            try:
                await self._storage.queue(queue).get_queue_properties()
            except ResourceNotFoundError:
                raise NoQueue(f"function {name} reads queue {queue}, which nobody has made") from None

    async def gather(self) -> bool:
        """Take what is in the queues; whether there was anything."""
        found = [await self._take(name, queue) for name, queue in self._queues.items()]
        return any(found)

    async def watch(self) -> None:
        """Look into the queues again and again, which real time needs."""
        while self._queues:
            await self.gather()
            await asyncio.sleep(LOOK)

    async def _take(self, name: str, queue: str) -> bool:
        free = self._limits.at_once - self._running[name]
        if free <= 0:
            return False
        hidden = WORKED_ON if self._clock.real else HELD
        try:
            messages = self._storage.queue(queue).receive_messages(max_messages=free, visibility_timeout=hidden)
            found = [message async for message in messages]
        except ResourceNotFoundError:
            return False
        except AzureError as gone:
            raise StoreLost(f"the storage of the emulated Azure does not answer any more: {gone}") from gone
        for message in found:
            self._when_due(name, queue, message, message.dequeue_count or 1)
        return bool(found)

    def _when_due(self, name: str, queue: str, message: Any, dequeued: int) -> None:
        due = 0 if self._clock.real else read(message.content, message.id, 0).due
        if due > self._clock.now:
            self._clock.at(due, lambda: self._begin(name, queue, message, dequeued))
        else:
            self._begin(name, queue, message, dequeued)

    def _begin(self, name: str, queue: str, message: Any, dequeued: int) -> None:
        self._running[name] += 1
        self._spawn(self._run(name, queue, message, dequeued))

    async def _run(self, name: str, queue: str, message: Any, dequeued: int) -> None:
        try:
            metadata = {"Id": message.id, "DequeueCount": dequeued, "PopReceipt": message.pop_receipt}
            await self._call(self._worker.message(name, message.content, metadata))
        except Exception:
            LOG.exception("function %s failed for a message of queue %s", name, queue)
            await self._again(name, queue, message, dequeued)
        else:
            await self._storage.queue(queue).delete_message(message)
        finally:
            self._running[name] -= 1

    async def _again(self, name: str, queue: str, message: Any, dequeued: int) -> None:
        """As the platform does: hidden for a while, or moved to the poison queue."""
        client = self._storage.queue(queue)
        if dequeued >= self._limits.deliveries:
            LOG.error("queue %s: message %s was given up after %d deliveries", queue, message.id, dequeued)
            poison = self._storage.queue(f"{queue}-poison")
            try:
                await poison.create_queue()
            except AzureError:
                LOG.debug("%s-poison is there", queue)
            await poison.send_message(message.content)
            await client.delete_message(message)
        elif self._clock.real:
            await client.update_message(message, visibility_timeout=self._limits.pause)
        else:
            due = self._clock.now + 1000 * self._limits.pause
            self._clock.at(due, lambda: self._begin(name, queue, message, dequeued + 1))

    # Timers.

    def _next_tick(self, trigger: Trigger, schedule: Ncrontab, last: datetime | None) -> None:
        due = schedule.after(_moment(self._clock.now))
        self._clock.at(round(due.timestamp() * 1000), lambda: self._spawn(self._tick(trigger, schedule, last, due)))

    async def _tick(self, trigger: Trigger, schedule: Ncrontab, last: datetime | None, due: datetime) -> None:
        self._next_tick(trigger, schedule, due)
        try:
            await self._call(self._worker.tick(trigger.name, timer_text(last, schedule.after(due))))
        except Exception:
            LOG.exception("function %s failed at %s", trigger.name, due.isoformat())


def timer_text(last: datetime | None, following: datetime) -> str:
    """What the platform hands to a function at a tick of its timer."""
    status = {"Last": NEVER if last is None else last.isoformat(), "Next": following.isoformat()}
    return json.dumps({"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": False})


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
