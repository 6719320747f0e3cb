"""``Queue``: typed messages that are delivered at least once, each to one function."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar, final

from portable_faas.resources.resource import Resource
from portable_faas.values import dumps, encode
from portable_faas.values.retry import Seconds, seconds

T = TypeVar("T")
LONGEST_DELAY: Final = 15 * 60.0  # seconds; what SQS allows (Amazon SQS: "Message quotas")
LONGEST_ID: Final = 128  # bytes of UTF-8; a blob that is named after a message has room for them
MOST_ATTEMPTS: Final = 100
LONGEST_PAUSE: Final = 11 * 3600  # seconds: SQS hides a message for 12 hours at most (Amazon SQS: "Visibility timeout")


@final
class Outgoing(NamedTuple):
    """A message on its way: its id, its value as JSON, and the seconds until it may be delivered."""

    id: str
    text: str
    delay: float


@final
class DeadLetter(NamedTuple):
    """A message that was given up: its id, its text as it came, how often it was tried, and why the last try failed."""

    id: str
    text: str
    attempts: int
    error: str


def pause(value: Seconds) -> float:
    """The seconds between two tries, which every platform can wait."""
    given = seconds(value, "retry_after")
    if given > LONGEST_PAUSE:
        raise ValueError(f"retry_after is at most {LONGEST_PAUSE} seconds, not {given:g}")
    return given


@final
class Queue(Resource, Generic[T]):
    """A queue of ``T``; declared with ``app.queue(name, T)``.

    A message is tried ``attempts`` times, ``retry_after`` seconds apart; then it is a dead letter. Order is not kept.
    """

    kind: ClassVar[str] = "queue"
    OPERATIONS: ClassVar[Mapping[str, str]] = {
        "send": "send",
        "send_many": "send",
        "dead_letters": "manage",
        "redrive": "manage",
    }

    def __init__(self, name: str, tp: Any, attempts: int, retry_after: Seconds) -> None:
        super().__init__(name)
        if isinstance(attempts, bool) or not isinstance(attempts, int) or not 1 <= attempts <= MOST_ATTEMPTS:
            raise ValueError(f"attempts counts the first try: 1 to {MOST_ATTEMPTS}, not {attempts!r}")
        self.type = tp
        self.attempts = attempts
        self.retry_after = pause(retry_after)

    async def send(self, value: T, *, delay: Seconds = 0, id: str | None = None) -> None:
        """Send one message; it is durable when this returns. ``delay``: at most 15 minutes.

        ``id`` is told to the receiver; left out, it is a new one. Raises ``NotPortable`` and ``PermissionError``.
        """
        await self._services("send").send(self.name, [self._outgoing(value, delay, id)])

    async def send_many(self, values: Sequence[T], *, delay: Seconds = 0) -> None:
        """Send several messages; none is sent if one of them is not portable."""
        await self._services("send_many").send(self.name, [self._outgoing(value, delay, None) for value in values])

    async def dead_letters(self, limit: int = 100) -> Sequence[DeadLetter]:
        """The oldest messages that were given up; they stay where they are."""
        return await self._services("dead_letters").dead_letters(self.name, limit)

    async def redrive(self) -> int:
        """Put every dead letter back into the queue with fresh attempts; how many there were."""
        return await self._services("redrive").redrive(self.name)

    def part(self) -> dict[str, Any]:
        """The entry of a manifest's ``resources``."""
        return {**super().part(), "attempts": self.attempts, "retry_after": self.retry_after}

    def _outgoing(self, value: T, delay: Seconds, id: str | None) -> Outgoing:
        wait = seconds(delay, "delay")
        if wait > LONGEST_DELAY:
            raise ValueError(f"delay is at most {LONGEST_DELAY:g} seconds, not {wait:g}; sleep in an orchestrator")
        if id is not None and not (isinstance(id, str) and id.isprintable() and 1 <= len(id.encode()) <= LONGEST_ID):
            raise ValueError(f"the id of a message is a printable text of 1 to {LONGEST_ID} bytes, not {id!r}")
        return Outgoing(id or new_id(), message_text(self.type, value), wait)


def message_text(tp: Any, value: object) -> str:
    """The JSON of a message; ``NotPortable`` says where a value may not cross."""
    return dumps(encode(tp, value, "message"), "message")


def new_id() -> str:
    """A fresh id of a message or event."""
    from uuid import uuid4

    return str(uuid4())


__all__ = ["DeadLetter", "Outgoing", "Queue", "message_text", "new_id"]
