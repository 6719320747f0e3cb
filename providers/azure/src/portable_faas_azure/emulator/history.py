"""The events that Durable Functions records and sends, as the JSON objects that the SDK reads.

Names and numbers are those of ``DurableTask.Core.History.EventType``.
"""

from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final, NamedTuple, final

from portable_faas.history import EPOCH, MILLISECOND

Recorded = dict[str, Any]

FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
INBOUND: Final = -1  # the EventId of what the code did not schedule


class EventType(IntEnum):
    """What happened."""

    EXECUTION_STARTED = 0
    EXECUTION_COMPLETED = 1
    EXECUTION_TERMINATED = 3
    TASK_SCHEDULED = 4
    TASK_COMPLETED = 5
    TASK_FAILED = 6
    SUB_ORCHESTRATION_INSTANCE_CREATED = 7
    SUB_ORCHESTRATION_INSTANCE_COMPLETED = 8
    SUB_ORCHESTRATION_INSTANCE_FAILED = 9
    TIMER_CREATED = 10
    TIMER_FIRED = 11
    ORCHESTRATOR_STARTED = 12
    ORCHESTRATOR_COMPLETED = 13
    EVENT_SENT = 14
    EVENT_RAISED = 15
    EXECUTION_SUSPENDED = 19
    EXECUTION_RESUMED = 20


def timestamp(at: int) -> str:
    """Milliseconds since 1970 UTC as the host writes a moment."""
    return (EPOCH + at * MILLISECOND).strftime(FORMAT)


def milliseconds(text: str) -> int:
    """The moment that the SDK wrote; rounded up, since a timer never fires early."""
    return -((EPOCH - datetime.fromisoformat(text)) // MILLISECOND)


def moment_of(text: str) -> int:
    """The milliseconds of a moment in ISO 8601, UTC where it does not say; ``ValueError`` for another text."""
    read = datetime.fromisoformat(text)
    return ((read.replace(tzinfo=UTC) if read.tzinfo is None else read) - EPOCH) // MILLISECOND


def event(kind: EventType, at: int, event_id: int = INBOUND, **fields: object) -> Recorded:
    """A new event."""
    return {"EventType": kind, "EventId": event_id, "IsPlayed": False, "Timestamp": timestamp(at), **fields}


@final
class Parent(NamedTuple):
    """Who waits for a sub-orchestration: the run, and its event that created it."""

    instance_id: str
    execution_id: str
    event_id: int


def execution_started(
    at: int, instance_id: str, execution_id: str, name: str, text: str | None, parent: Parent | None = None
) -> Recorded:
    """The start of an instance."""
    instance = {"InstanceId": instance_id, "ExecutionId": execution_id}
    return event(
        EventType.EXECUTION_STARTED,
        at,
        OrchestrationInstance=instance,
        ParentInstance=None if parent is None else _parent(parent),
        Name=name,
        Version="",
        Input=text,
        Tags=None,
    )


def _parent(parent: Parent) -> dict[str, Any]:
    waiting = {"InstanceId": parent.instance_id, "ExecutionId": parent.execution_id}
    return {"OrchestrationInstance": waiting, "TaskScheduleId": parent.event_id}


def context(
    instance_id: str, text: str | None, history: list[Recorded], parent: Parent | None = None
) -> dict[str, Any]:
    """What the orchestration trigger hands to the function."""
    return {
        "history": history,
        "input": text,
        "instanceId": instance_id,
        "isReplaying": any(event["IsPlayed"] for event in history),
        "parentInstanceId": None if parent is None else parent.instance_id,
        "upperSchemaVersion": 1,
        "upperSchemaVersionNew": 2,
        "longRunningTimerIntervalDuration": "3.00:00:00",
        "maximumShortTimerDuration": "6.00:00:00",
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
    }
