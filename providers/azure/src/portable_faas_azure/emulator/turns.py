"""Plays one turn of an instance: history, orchestrator function, action replay; decides, and changes nothing.

    messages  ->  Turn(events=[OrchestratorStarted, messages..., TaskScheduled..., OrchestratorCompleted], status=...)

A turn takes every message that has arrived, as a work item of the extension does, up to a limit.
"""

import json
from collections.abc import Iterable
from datetime import UTC
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, final
from uuid import UUID, uuid5

from portable_faas_azure.emulator.actions import ActionReplay, Activity, Child, Scheduled, Sent, Timer, actions_of
from portable_faas_azure.emulator.history import FORMAT, EventType, Parent, Recorded, context, event
from portable_faas_azure.emulator.instance import Instance, Message, Turn
from portable_faas_azure.emulator.worker import Worker

MESSAGES: Final = 90  # of one turn: their rows are deleted together with its own, at most 100 in one transaction


@final
class Decision(NamedTuple):
    """What the code wants after a turn: ``new`` operations by event id, and how the instance ends if it does.

    ``renewed`` holds the input to continue as new with.
    """

    new: dict[int, Scheduled]
    custom_status: Any
    ended: tuple[Literal["Failed", "Completed"], Any] | None
    renewed: tuple[str | None] | None = None


async def play(functions: Worker, instance: Instance, now: int, blocking: bool) -> Turn:
    """The next turn. Whatever a function raises fails its instance, and nothing else."""
    for played in instance.history:
        played["IsPlayed"] = True
    taken = dict(islice(instance.inbox.items(), MESSAGES))
    events = [event(EventType.ORCHESTRATOR_STARTED, now), *taken.values()]
    sent = context(instance.id, instance.text, [*instance.history, *events], instance.parent)
    try:
        if functions.major == 1:
            decision = _replayed(await functions.turn(instance.name, sent), instance, sent["history"], blocking)
        else:
            decision = await _answered(functions, instance, sent)
    except Exception as wrong:
        decision = Decision({}, instance.custom_status, ("Failed", _failure(instance, str(wrong))))
    return _turn(instance, decision, events, now)._replace(taken=tuple(taken))


def _replayed(state: dict[str, Any], instance: Instance, history: list[Recorded], blocking: bool) -> Decision:
    """1.x sends all its actions again at every turn, so they are replayed against the history."""
    replayed = ActionReplay(actions_of(state), blocking)
    for recorded in history:
        replayed.feed(recorded)
    ended: tuple[Literal["Failed", "Completed"], Any] | None = None
    if replayed.finished and replayed.renewed is not None:
        return Decision(replayed.new, None, None, replayed.renewed)
    if replayed.finished and "error" in state:
        ended = ("Failed", _failure(instance, state["error"]))
    elif replayed.finished and state["isDone"]:
        ended = ("Completed", state.get("output"))
    return Decision(replayed.new, state.get("customStatus", instance.custom_status), ended)


async def _answered(functions: Worker, instance: Instance, sent: dict[str, Any]) -> Decision:
    """2.x sends only what is new."""
    from portable_faas_azure.runtime.protobuf import failed, request, response

    answer = response(await functions.orchestrate_new(instance.name, request(sent, len(instance.history))))
    custom_status = json.loads(answer.customStatus.value) if answer.HasField("customStatus") else instance.custom_status
    new: dict[int, Scheduled] = {}
    ended: tuple[Literal["Failed", "Completed"], Any] | None = None
    for action in answer.actions:
        match action.WhichOneof("orchestratorActionType"):
            case "scheduleTask":
                new[action.id] = Activity(action.scheduleTask.name, action.scheduleTask.input.value)
            case "createTimer":
                new[action.id] = Timer(action.createTimer.fireAt.ToDatetime(UTC).strftime(FORMAT))
            case "completeOrchestration" if failed(action):
                told = action.completeOrchestration.failureDetails.errorMessage
                ended = ("Failed", _failure(instance, told))
            case "completeOrchestration":
                ended = ("Completed", json.loads(action.completeOrchestration.result.value or "null"))
            case other:
                raise ValueError(f"the stand-in host does not know the action {other}")
    return Decision(new, custom_status, ended)


def _failure(instance: Instance, told: str) -> str:
    return f"Orchestrator function '{instance.name}' failed: {told}"


def _turn(instance: Instance, decision: Decision, begun: list[Recorded], now: int) -> Turn:
    new = [_scheduled(instance, now, event_id, what) for event_id, what in sorted(decision.new.items())]
    done = event(EventType.ORCHESTRATOR_COMPLETED, now)
    outgoing = tuple(_messages(instance, decision.new, now))
    going_on = Turn([*begun, *new, done], "Running", None, decision.custom_status, now, outgoing=outgoing)
    if decision.renewed is not None:
        return going_on._replace(events=[], renewed=decision.renewed)
    if decision.ended is None:
        return going_on
    status, output = decision.ended
    end = event(EventType.EXECUTION_COMPLETED, now, OrchestrationStatus=status, Result=output)
    told = (*outgoing, *told_parent(instance, status, output, now))
    return going_on._replace(events=[*going_on.events, end], status=status, output=output, outgoing=told)


def terminated(instance: Instance, reason: str, now: int) -> Turn:
    """The end of a live instance without running its function."""
    events = [event(EventType.EXECUTION_TERMINATED, now, Input=reason)]
    told = tuple(told_parent(instance, "Terminated", reason, now))
    return Turn(events, "Terminated", reason, instance.custom_status, now, outgoing=told)


def told_parent(instance: Instance, status: str, output: Any, now: int) -> Iterable[Message]:
    """What whoever waits for this sub-orchestration hears of its end."""
    if instance.parent is not None:
        yield told(instance.parent, status, output, now)


def told(parent: Parent, status: str, output: Any, now: int) -> Message:
    """The end of a sub-orchestration; one that was terminated has failed with the reason as its text."""
    if status == "Completed":
        kind, outcome = EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED, {"Result": json.dumps(output)}
    else:
        kind, outcome = EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, {"Reason": output, "Details": ""}
    body = {**event(kind, now, TaskScheduledId=parent.event_id), **outcome}
    return Message(parent.instance_id, f"child-{parent.event_id}", body, parent.execution_id)


def _messages(instance: Instance, new: dict[int, Scheduled], now: int) -> Iterable[Message]:
    """What a turn sends, in the order in which the code asked for it."""
    for event_id, what in sorted(new.items()):
        match what:
            case Child(name, child_id, text):
                parent = Parent(instance.id, instance.execution_id, event_id)
                yield Message(
                    child_id,
                    "start",
                    {"EventType": EventType.EXECUTION_STARTED, "Name": name, "Input": text, "Parent": list(parent)},
                )
            case Sent(entity_id, operation, text, signal):
                asker = None if signal else [instance.id, instance.execution_id, _message_id(instance, event_id)]
                # Sorted by the key, what one sender sent keeps its order.
                key = f"op-{instance.execution_id}-{event_id:08}"
                yield Message(entity_id, key, {"operation": operation, "input": text, "asker": asker})


def _message_id(instance: Instance, event_id: int) -> str:
    return str(uuid5(UUID(instance.execution_id), str(event_id)))


def halted(instance: Instance, kind: EventType, reason: str, now: int) -> Turn:
    """A suspension, or its end. One before the first turn is not recorded: a history begins with its start."""
    events = [event(kind, now, Reason=reason)] if instance.history else []
    status: Literal["Suspended", "Running"] = "Suspended" if kind is EventType.EXECUTION_SUSPENDED else "Running"
    return Turn(events, status, None, instance.custom_status, now)


def _scheduled(instance: Instance, now: int, event_id: int, what: Scheduled) -> Recorded:
    match what:
        case Activity(name, text):
            given = json.dumps([text])
            return event(EventType.TASK_SCHEDULED, now, event_id, Name=name, Version="", Input=given)
        case Timer(fire_at):
            return event(EventType.TIMER_CREATED, now, event_id, FireAt=fire_at)
        case Child(name, child_id, given_text):
            kind = EventType.SUB_ORCHESTRATION_INSTANCE_CREATED
            return event(kind, now, event_id, Name=name, InstanceId=child_id, Input=given_text, Version="")
        case Sent(entity_id, operation, text, signal):
            message = {"id": _message_id(instance, event_id), "op": operation, "input": text, "signal": signal}
            return event(
                EventType.EVENT_SENT, now, event_id, InstanceId=entity_id, Name="op", Input=json.dumps(message)
            )
