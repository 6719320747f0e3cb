"""The five triggers as frozen data: what starts a function, and its entry in a manifest."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, final

from portable_faas.resources import Bucket, Queue, Topic
from portable_faas.triggers.event import Change

Auth = Literal["key", "jwt", "anonymous"]
Kind = Literal["http", "schedule", "message", "blob", "event"]


@final
class Route(NamedTuple):
    """A request of ``method`` to ``path``; ``status`` is that of a plain result."""

    method: str
    path: str
    auth: Auth
    status: int = 200
    kind: Kind = "http"

    def part(self) -> dict[str, Any]:
        """The entry of a manifest."""
        return {"kind": self.kind, "method": self.method, "path": self.path, "auth": self.auth}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@final
class Schedule(NamedTuple):
    """A time: a cron expression with its time zone, or every so many seconds."""

    cron: str | None
    timezone: str
    every: float | None
    kind: Kind = "schedule"

    def part(self) -> dict[str, Any]:
        """The entry of a manifest."""
        when = {"every": self.every} if self.cron is None else {"cron": self.cron, "timezone": self.timezone}
        return {"kind": self.kind, **when}

    def __str__(self) -> str:
        return f"every {self.every:g} s" if self.cron is None else f"{self.cron} ({self.timezone})"


@final
class OnMessage(NamedTuple):
    """A message of ``queue``, or up to ``batch`` of them; ``idempotent_by`` gives the key of a value."""

    queue: Queue[Any]
    batch: int | None
    idempotent_by: Callable[[Any], str] | None
    kind: Kind = "message"

    def part(self) -> dict[str, Any]:
        """The entry of a manifest."""
        return {"kind": self.kind, "queue": self.queue.name, "batch": self.batch}

    def __str__(self) -> str:
        return f"queue {self.queue.name}" + (f", up to {self.batch} at once" if self.batch else "")


@final
class OnBlob(NamedTuple):
    """An object of ``bucket`` whose key has this prefix and suffix."""

    bucket: Bucket
    prefix: str
    suffix: str
    change: Change
    kind: Kind = "blob"

    def part(self) -> dict[str, Any]:
        """The entry of a manifest."""
        found = {"prefix": self.prefix, "suffix": self.suffix, "change": self.change}
        return {"kind": self.kind, "bucket": self.bucket.name, **found}

    def matches(self, bucket: str, key: str, change: Change) -> bool:
        """Whether this object's change starts the function."""
        if bucket != self.bucket.name or change != self.change:
            return False
        return key.startswith(self.prefix) and key.endswith(self.suffix)

    def __str__(self) -> str:
        return f"bucket {self.bucket.name}, {self.prefix}*{self.suffix} {self.change}"


@final
class OnEvent(NamedTuple):
    """An event of ``topic`` of this type (None: any) with these attributes."""

    topic: Topic[Any]
    type: str | None
    attributes: Mapping[str, str]
    attempts: int
    retry_after: float
    kind: Kind = "event"

    def part(self) -> dict[str, Any]:
        """The entry of a manifest."""
        found = {"type": self.type, "attributes": dict(self.attributes), "attempts": self.attempts}
        return {"kind": self.kind, "topic": self.topic.name, **found, "retry_after": self.retry_after}

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether this event starts the function."""
        if self.type is not None and event["type"] != self.type:
            return False
        return all(event.get(name) == value for name, value in self.attributes.items())

    def __str__(self) -> str:
        return f"topic {self.topic.name}" + (f", type {self.type}" if self.type else "")


Trigger = Route | Schedule | OnMessage | OnBlob | OnEvent
