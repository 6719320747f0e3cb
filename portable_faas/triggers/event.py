"""What a function gets from a trigger that is not HTTP: one neutral type each, the provider's own event in ``raw``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, final

T = TypeVar("T")
Change = Literal["created", "deleted"]


@final
class Message(Generic[T]):
    """A message of a queue: its value, its id, which attempt this is (from 1) and when it was sent (UTC)."""

    __slots__ = ("attempt", "failure", "id", "raw", "sent_at", "value")

    def __init__(self, value: T, id: str, attempt: int, sent_at: datetime, raw: Any = None) -> None:
        self.value = value
        self.id = id
        self.attempt = attempt
        self.sent_at = sent_at
        self.raw = raw
        self.failure: str | None = None

    def fail(self, why: object = "") -> None:
        """In a batch: this message failed and is tried again; the others of the batch are done."""
        self.failure = str(why)

    def __repr__(self) -> str:
        return f"<Message {self.id} attempt {self.attempt}: {self.value!r}>"


@final
class CloudEvent(Generic[T]):
    """An event of a topic in the terms of CloudEvents 1.0; ``attributes`` are the extension attributes."""

    __slots__ = ("attributes", "data", "id", "raw", "source", "subject", "time", "type")

    def __init__(self, data: T, document: Mapping[str, Any], time: datetime, raw: Any = None) -> None:
        self.data = data
        self.id: str = document["id"]
        self.source: str = document["source"]
        self.type: str = document["type"]
        self.subject: str | None = document.get("subject")
        self.time = time
        self.attributes = {name: value for name, value in document.items() if name not in _CORE}
        self.raw = raw

    def __repr__(self) -> str:
        return f"<CloudEvent {self.type} {self.id}: {self.data!r}>"


_CORE = frozenset(("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"))


@final
class BlobEvent:
    """An object was created (or replaced) or deleted; ``size`` and ``etag`` are those of the object.

    Of a deleted one they are 0 and empty: platforms do not tell what it was.
    """

    __slots__ = ("bucket", "change", "etag", "id", "key", "raw", "size", "time")

    def __init__(self, bucket: str, key: str, change: Change, size: int, etag: str, time: datetime, id: str) -> None:
        self.bucket = bucket
        self.key = key
        self.change: Change = change
        self.size = size
        self.etag = etag
        self.time = time
        self.id = id
        self.raw: Any = None

    def __repr__(self) -> str:
        return f"<BlobEvent {self.change} {self.bucket}/{self.key}>"


@final
class Tick:
    """A schedule is due: ``scheduled_at`` is the moment it was due (UTC), however late the function starts."""

    __slots__ = ("raw", "scheduled_at")

    def __init__(self, scheduled_at: datetime, raw: Any = None) -> None:
        self.scheduled_at = scheduled_at
        self.raw = raw

    def __repr__(self) -> str:
        return f"<Tick {self.scheduled_at.isoformat()}>"
