"""A recorded history as the status of an instance shows it: what was scheduled is told with how it ended.

    TaskScheduled 0 charge, TaskCompleted 0  ->  {"EventType": "TaskCompleted", "FunctionName": "charge", ...}

Turns are left out. Microsoft Learn, "HTTP API reference" of Durable Functions, has an example.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from portable_faas_azure.emulator.history import INBOUND, EventType, Recorded

LEFT_OUT: Final = frozenset(
    {
        EventType.ORCHESTRATOR_STARTED,
        EventType.ORCHESTRATOR_COMPLETED,
        EventType.TASK_SCHEDULED,
        EventType.TIMER_CREATED,
        EventType.SUB_ORCHESTRATION_INSTANCE_CREATED,
        EventType.EVENT_SENT,
    }
)


def shown_history(history: Iterable[Recorded], with_output: bool) -> list[dict[str, Any]]:
    """The events that the API shows; their results only ``with_output``."""
    events = list(history)
    scheduled = {event["EventId"]: event for event in events if event["EventId"] >= 0}
    return [_shown(event, scheduled, with_output) for event in events if event["EventType"] not in LEFT_OUT]


def _shown(event: Recorded, scheduled: dict[int, Recorded], with_output: bool) -> dict[str, Any]:
    kind = EventType(event["EventType"])
    name = "".join(word.capitalize() for word in kind.name.split("_"))
    shown = {"EventType": name, "Timestamp": event["Timestamp"]}
    begun = scheduled.get(event["TimerId"] if "TimerId" in event else event.get("TaskScheduledId", INBOUND))
    if begun is not None:
        shown["ScheduledTime"] = begun["Timestamp"]
    match kind:
        case EventType.EXECUTION_STARTED:
            shown["FunctionName"] = event["Name"]
        case EventType.EXECUTION_COMPLETED:
            shown["OrchestrationStatus"] = event["OrchestrationStatus"]
        case EventType.TIMER_FIRED:
            shown["FireAt"] = event["FireAt"]
        case (
            EventType.TASK_COMPLETED
            | EventType.TASK_FAILED
            | EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED
            | EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
        ) if begun is not None:
            shown["FunctionName"] = begun["Name"]
        case EventType.EVENT_RAISED:
            shown["Name"] = event["Name"]
    return shown | (_output(kind, event) if with_output else {})


def _output(kind: EventType, event: Recorded) -> dict[str, Any]:
    match kind:
        case EventType.TASK_COMPLETED | EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED:
            return {"Result": json.loads(event["Result"])}
        case EventType.EXECUTION_COMPLETED:
            return {"Result": event["Result"]}
        case EventType.TASK_FAILED | EventType.SUB_ORCHESTRATION_INSTANCE_FAILED:
            return {"Reason": event["Reason"], "Details": event["Details"]}
        case EventType.EVENT_RAISED:
            return {"Input": json.loads(event["Input"])}
    return {}
