"""What an emulated AWS account holds: functions, state machines, tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Function:
    """A Lambda function: ``code`` is a folder or a zip file, ``timeout`` is in seconds, ``memory`` in MiB.

    One that was created through Lambda's API acts as its ``role`` and logs into its ``log_group``; a version of it is
    called ``name:version``. ``dead_letters`` is the ARN of the queue of failed events.
    """

    name: str
    code: Path
    handler: str
    timeout: int = 60
    memory: int = 256
    environment: Mapping[str, str] = field(default_factory=dict)
    role: str | None = None
    log_group: str | None = None
    is_traced: bool = False
    dead_letters: str | None = None


@dataclass(frozen=True)
class Machine:
    """A Standard state machine; its ``definition`` is in the Amazon States Language with JSONata."""

    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A DynamoDB table; ``key`` is its partition key, a string; its ``stream`` has the new images of its items."""

    name: str
    key: str = "id"
    stream: bool = False


@dataclass(frozen=True)
class Queue:
    """A queue of SQS: ``hidden`` seconds after a reception a message shows again, after ``receives`` it is ``dead``."""

    name: str
    hidden: int = 30
    dead: str | None = None
    receives: int = 10


@dataclass(frozen=True)
class Polled:
    """A queue that Lambda reads for a function, up to ``batch`` messages at once."""

    queue: str
    function: str
    batch: int = 1


@dataclass(frozen=True)
class Streamed:
    """A table whose stream Lambda reads for a function, as far as images fit the ``pattern``."""

    table: str
    function: str
    pattern: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """What of a bus (``default`` has the events of services) goes into a queue."""

    name: str
    bus: str
    pattern: Mapping[str, Any]
    queue: str


@dataclass(frozen=True)
class Schedule:
    """A call of a function at the times of an expression of EventBridge Scheduler."""

    name: str
    expression: str
    timezone: str
    function: str


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API: ``GET /orders/{id}``, or ``$default`` for what no other one takes.

    Without a ``function`` it leads nowhere. ``source`` is the ARN for which the API calls, where that is asked.
    """

    key: str
    function: str | None
    source: str = ""


@dataclass(frozen=True)
class Triggers:
    """What starts functions, and what they find; ``buckets`` tell EventBridge of changes where the value is True."""

    queues: Sequence[Queue] = ()
    polled: Sequence[Polled] = ()
    streamed: Sequence[Streamed] = ()
    buses: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    buckets: Mapping[str, bool] = field(default_factory=dict)
    schedules: Sequence[Schedule] = ()
    routes: Sequence[Route] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
