"""The protocol of ``azure-functions-durable`` 2.x: base64 of protobuf, made of the events that a host has recorded.

{"EventType": 5, "TaskScheduledId": 1, "Result": "4"}  ->  HistoryEvent(taskCompleted=...)
"""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from durabletask.internal import orchestrator_service_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

Recorded = dict[str, Any]


def request(context: dict[str, Any], new_from: int) -> str:
    """The request for a turn whose new events begin at ``new_from``; the SDK wants one new event at least."""
    history = [(index, made) for index, event in enumerate(context["history"]) if (made := _event(event)) is not None]
    new = [made for index, made in history if index >= new_from]
    asked = pb.OrchestratorRequest(
        instanceId=context["instanceId"],
        pastEvents=[made for index, made in history if index < new_from],
        newEvents=new or [pb.HistoryEvent(timestamp=history[-1][1].timestamp, orchestratorStarted={})],
    )
    return base64.b64encode(asked.SerializeToString()).decode()


def response(text: str) -> Any:
    """What came back."""
    read = pb.OrchestratorResponse()
    read.ParseFromString(base64.b64decode(text))
    return read


def failed(action: Any) -> bool:
    """Whether a completion is a failure."""
    return bool(action.completeOrchestration.orchestrationStatus == pb.ORCHESTRATION_STATUS_FAILED)


def _event(recorded: Recorded) -> Any:
    """None for an event that only the host needs, or that holds the host's own suspension."""
    make = _MADE.get(recorded["EventType"])
    if make is None:
        return None
    moment = _timestamp(recorded["Timestamp"])
    return pb.HistoryEvent(eventId=recorded["EventId"], timestamp=moment, **make(recorded))


def _timestamp(text: str) -> Timestamp:
    read = Timestamp()
    read.FromDatetime(datetime.fromisoformat(text))
    return read


def _text(value: str | None) -> StringValue | None:
    return None if value is None else StringValue(value=value)


def _started(event: Recorded) -> dict[str, Any]:
    instance = event["OrchestrationInstance"]
    place = pb.OrchestrationInstance(
        instanceId=instance["InstanceId"], executionId=StringValue(value=instance["ExecutionId"])
    )
    started = pb.ExecutionStartedEvent(name=event["Name"], input=_text(event["Input"]), orchestrationInstance=place)
    return {"executionStarted": started}


def _task_failed(event: Recorded) -> dict[str, Any]:
    details = pb.TaskFailureDetails(errorType="Exception", errorMessage=event["Reason"])
    return {"taskFailed": pb.TaskFailedEvent(taskScheduledId=event["TaskScheduledId"], failureDetails=details)}


def _timer_fired(event: Recorded) -> dict[str, Any]:
    return {"timerFired": pb.TimerFiredEvent(timerId=event["TimerId"], fireAt=_timestamp(event["FireAt"]))}


def _task_completed(event: Recorded) -> dict[str, Any]:
    done = pb.TaskCompletedEvent(taskScheduledId=event["TaskScheduledId"], result=_text(event["Result"]))
    return {"taskCompleted": done}


# By the number of DurableTask.Core's EventType.
_MADE: Final[dict[int, Callable[[Recorded], dict[str, Any]]]] = {
    0: _started,
    4: lambda event: {"taskScheduled": pb.TaskScheduledEvent(name=event["Name"])},
    5: _task_completed,
    6: _task_failed,
    10: lambda event: {"timerCreated": pb.TimerCreatedEvent(fireAt=_timestamp(event["FireAt"]))},
    11: _timer_fired,
    12: lambda _event: {"orchestratorStarted": pb.OrchestratorStartedEvent()},
    13: lambda _event: {"orchestratorCompleted": pb.OrchestratorCompletedEvent()},
    15: lambda event: {"eventRaised": pb.EventRaisedEvent(name=event["Name"], input=_text(event["Input"]))},
}
