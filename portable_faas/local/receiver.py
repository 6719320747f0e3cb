"""``Receiver``: brings one function its messages, events or changes: at least once, again after a failure, then buries.

due -> attempt counted -> function -> forgotten | due again later | dead letter
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, final

from portable_faas.local.agenda import Agenda
from portable_faas.local.clock import Timer
from portable_faas.local.depot import Delivery, Depot
from portable_faas.triggers.delivery import Arrived, Undeliverable, argument
from portable_faas.triggers.event import Message
from portable_faas.triggers.function import Function
from portable_faas.triggers.trigger import OnEvent, OnMessage

LOG: Final = logging.getLogger("portable_faas.local")
AT_ONCE: Final = 16  # calls of one function under way
REMEMBERED: Final = 24 * 3_600_000  # milliseconds that the key of a message counts as done
BUSY: Final = 1000  # milliseconds until a message is looked at again whose key is just being worked on
BLOB_ATTEMPTS: Final = 5
BLOB_RETRY: Final = 30.0

Run = Callable[[Function[..., Any], Sequence[Any]], Awaitable[Any]]


def source_of(function: Function[..., Any]) -> str:
    """Under which name the deliveries of a function are stored."""
    trigger = function.trigger
    return f"queue/{trigger.queue.name}" if isinstance(trigger, OnMessage) else f"{trigger.kind}/{function.name}"


@final
class Receiver:
    """One function and what is due for it."""

    def __init__(self, function: Function[..., Any], depot: Depot, agenda: Agenda, run: Run) -> None:
        self.function = function
        self.source = source_of(function)
        self._depot = depot
        self._agenda = agenda
        self._run = run
        self._under_way: set[int] = set()
        self._keys: set[str] = set()
        self._calls = 0
        self._timer: Timer | None = None
        trigger = function.trigger
        self._batch = trigger.batch or 1 if isinstance(trigger, OnMessage) else 1
        self._key = trigger.idempotent_by if isinstance(trigger, OnMessage) else None
        if isinstance(trigger, OnMessage):
            self._attempts, retry = trigger.queue.attempts, trigger.queue.retry_after
        elif isinstance(trigger, OnEvent):
            self._attempts, retry = trigger.attempts, trigger.retry_after
        else:
            self._attempts, retry = BLOB_ATTEMPTS, BLOB_RETRY
        self._retry = round(retry * 1000)

    def look(self) -> None:
        """Start what is due, and come back for what will be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._calls < AT_ONCE:
            found = self._depot.claim(self.source, self._agenda.now(), self._batch, self._under_way)
            if not found:
                break
            self._under_way.update(delivery.number for delivery in found)
            self._calls += 1
            self._agenda.spawn(self._work(found))
        due = self._depot.next_due(self.source, self._under_way)
        if due is not None and self._calls < AT_ONCE:
            self._timer = self._agenda.at(due, self.look)

    async def _work(self, found: list[Delivery]) -> None:
        numbers = [delivery.number for delivery in found]
        try:
            for delivery in found:
                if delivery.attempt > self._attempts:
                    self._failed(delivery, "the process ended while the function worked")
            found = [delivery for delivery in found if delivery.attempt <= self._attempts]
            given = [(delivery, value) for delivery in found if (value := self._argument(delivery)) is not None]
            if given:
                await self._call(given)
        finally:
            self._under_way.difference_update(numbers)
            self._calls -= 1
            self._agenda.soon(self.look)

    def _argument(self, delivery: Delivery) -> tuple[Any, str] | None:
        """The argument and its key; None for what is settled without a call."""
        try:
            arrived = Arrived(delivery.id, delivery.body, delivery.attempt, delivery.sent_at)
            value = argument(self.function, arrived)
            key = "" if self._key is None else str(self._key(value.value if isinstance(value, Message) else value))
        except Undeliverable as wrong:
            LOG.error("%s cannot take %s %s: %s", self.function.name, self.source, delivery.id, wrong)
            self._depot.bury(delivery.number, str(wrong))
            return None
        except Exception as wrong:  # idempotent_by is the user's own
            self._failed(delivery, f"{type(wrong).__name__}: {wrong}")
            return None
        if self._key is None:
            return value, ""
        if self._depot.is_done(self.function.name, key, self._agenda.now()):
            self._depot.finish([delivery.number])
            return None
        if key in self._keys:
            self._depot.again(delivery.number, self._agenda.now() + BUSY)
            return None
        self._keys.add(key)
        return value, key

    async def _call(self, given: list[tuple[Delivery, tuple[Any, str]]]) -> None:
        values = [value for _, (value, _) in given]
        trigger = self.function.trigger
        batch = isinstance(trigger, OnMessage) and trigger.batch is not None
        error = ""
        try:
            await self._run(self.function, [values] if batch else values)
        except Exception as wrong:
            LOG.info("%s failed for %s", self.function.name, self.source, exc_info=wrong)
            error = f"{type(wrong).__name__}: {wrong}"
        for delivery, (value, key) in given:
            self._keys.discard(key)
            why = error or (value.failure if isinstance(value, Message) else None)
            if why is None:
                until = self._agenda.now() + REMEMBERED
                self._depot.finish([delivery.number], self.function.name, [key] if self._key else [], until)
            else:
                self._failed(delivery, why)

    def _failed(self, delivery: Delivery, why: str) -> None:
        if delivery.attempt >= self._attempts:
            LOG.error("%s gave up %s %s: %s", self.function.name, self.source, delivery.id, why)
            self._depot.bury(delivery.number, why or "the function failed it")
        else:
            self._depot.again(delivery.number, self._agenda.now() + self._retry)
