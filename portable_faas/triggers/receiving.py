"""``receive``: one call of a function for what has arrived for it, and what becomes of each message afterwards.

two messages, the function fails the second   ->   [Outcome("done"), Outcome("again", "no stock")]

An engine hands over what is due and carries out the outcomes; how messages are kept and hidden is its own affair.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Literal, NamedTuple, Protocol, final

from portable_faas.triggers.delivery import Arrived, Undeliverable, argument
from portable_faas.triggers.event import Message
from portable_faas.triggers.function import Function
from portable_faas.triggers.reason import kept, reason_of
from portable_faas.triggers.trigger import OnEvent, OnMessage
from portable_faas.values.logged import log_failure

LOG: Final = logging.getLogger("portable_faas.triggers")
REMEMBERED: Final = 24 * 3_600_000  # milliseconds that the key of a message counts as done
BUSY: Final = 1000  # milliseconds until a message is looked at again whose key is just being worked on
BLOB_ATTEMPTS: Final = 5
BLOB_RETRY: Final = 30.0
CRASHED: Final = "the process ended while the function worked"

Run = Callable[[Function[..., Any], Sequence[Any]], Awaitable[Any]]
What = Literal["done", "again", "busy", "dead"]


@final
class Outcome(NamedTuple):
    """``done``: forget it; ``again``: another attempt after the policy's pause; ``dead``: a dead letter.

    ``busy``: look again after ``BUSY``, and count no attempt. ``why`` is the error of the attempt.
    """

    what: What
    why: str = ""


DONE: Final = Outcome("done")


@final
class Policy(NamedTuple):
    """How often a message is tried, how many milliseconds lie between two tries, and how many go into one call."""

    attempts: int
    retry: int
    batch: int


class Keys(Protocol):
    """What an engine remembers of the keys of an idempotent function, for ``REMEMBERED`` milliseconds."""

    async def begin(self, function: str, key: str) -> Literal["begun", "busy", "done"]:
        """Begin to work on a key, unless somebody does or lately has."""
        ...

    async def end(self, function: str, key: str, done: bool) -> None:
        """The work on a key that was begun has ended."""
        ...


def policy_of(function: Function[..., Any]) -> Policy:
    """The policy of a function that takes messages, events or changes."""
    trigger = function.trigger
    if isinstance(trigger, OnMessage):
        return Policy(trigger.queue.attempts, round(trigger.queue.retry_after * 1000), trigger.batch or 1)
    if isinstance(trigger, OnEvent):
        return Policy(trigger.attempts, round(trigger.retry_after * 1000), 1)
    return Policy(BLOB_ATTEMPTS, round(BLOB_RETRY * 1000), 1)


def source_of(function: Function[..., Any]) -> str:
    """Where the deliveries of a function wait: ``queue/NAME``, ``event/FUNCTION`` or ``blob/FUNCTION``."""
    trigger = function.trigger
    return f"queue/{trigger.queue.name}" if isinstance(trigger, OnMessage) else f"{trigger.kind}/{function.name}"


@final
class _Given(NamedTuple):
    """A message that goes into the call: its place among those that arrived, its argument, its key if it has one."""

    place: int
    value: Any
    key: str | None


async def receive(function: Function[..., Any], arrived: Sequence[Arrived], run: Run, keys: Keys) -> list[Outcome]:
    """Call ``function`` for what has arrived, at most its batch; one outcome for each, in their order."""
    outcomes: dict[int, Outcome] = {}
    given: list[_Given] = []
    for place, one in enumerate(arrived):
        found = await _prepared(function, place, one, keys)
        if isinstance(found, Outcome):
            outcomes[place] = found
        else:
            given.append(found)
    if given:
        error = await _called(function, given, run)
        for ended in given:
            outcomes[ended.place] = await _ended(function, ended, arrived[ended.place], error, keys)
    return [outcomes[place] for place in range(len(arrived))]


async def _prepared(function: Function[..., Any], place: int, arrived: Arrived, keys: Keys) -> _Given | Outcome:
    """The argument of the call, or the outcome of what is settled without one."""
    if arrived.attempt > policy_of(function).attempts:
        return _failed(function, arrived, CRASHED)
    try:
        value = argument(function, arrived)
        key = _key(function, value)
    except Undeliverable as wrong:
        LOG.error("%s cannot take %s of %s: %s", function.name, arrived.id, source_of(function), wrong)
        return Outcome("dead", kept(str(wrong)))
    except Exception as wrong:  # idempotent_by is the user's own
        return _failed(function, arrived, reason_of(wrong))
    if key is not None:
        state = await keys.begin(function.name, key)
        if state != "begun":
            return Outcome(state)
    return _Given(place, value, key)


def _key(function: Function[..., Any], value: Any) -> str | None:
    trigger = function.trigger
    if not isinstance(trigger, OnMessage) or trigger.idempotent_by is None:
        return None
    return str(trigger.idempotent_by(value.value if isinstance(value, Message) else value))


async def _called(function: Function[..., Any], given: Sequence[_Given], run: Run) -> str:
    """The error of the call as text, empty if there is none."""
    values = [one.value for one in given]
    trigger = function.trigger
    batch = isinstance(trigger, OnMessage) and trigger.batch is not None
    try:
        await run(function, [values] if batch else values)
    except Exception as wrong:
        log_failure(LOG, logging.INFO, wrong, "%s failed for %s", function.name, source_of(function))
        return reason_of(wrong)
    return ""


async def _ended(function: Function[..., Any], one: _Given, arrived: Arrived, error: str, keys: Keys) -> Outcome:
    why = error or (one.value.failure if isinstance(one.value, Message) else None)
    if one.key is not None:
        await keys.end(function.name, one.key, why is None)
    return DONE if why is None else _failed(function, arrived, kept(why))


def _failed(function: Function[..., Any], arrived: Arrived, why: str) -> Outcome:
    if arrived.attempt < policy_of(function).attempts:
        return Outcome("again", why)
    LOG.error("%s gave up %s of %s: %s", function.name, arrived.id, source_of(function), why)
    return Outcome("dead", why or "the function failed it")
