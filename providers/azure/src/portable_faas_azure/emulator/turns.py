"""Plays one turn of an instance: history, orchestrator function, action replay; decides, and changes nothing.

    messages  ->  Turn(events=[OrchestratorStarted, messages..., TaskScheduled..., OrchestratorCompleted], status=...)

A turn takes every message that has arrived, as a work item of the extension does, up to a limit.
"""

import json
from datetime import UTC
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, final

from portable_faas_azure.emulator.actions import ActionReplay, Activity, Scheduled, Timer, actions_of
from portable_faas_azure.emulator.history import FORMAT, EventType, Recorded, context, event
from portable_faas_azure.emulator.instance import Instance, Turn
from portable_faas_azure.emulator.worker import Worker

MESSAGES: Final = 90  # of one turn: their rows are deleted together with its own, at most 100 in one transaction


@final
class Decision(NamedTuple):
    """What the code wants after a turn: ``new`` operations by event id, and how the instance ends if it does."""

    new: dict[int, Scheduled]
    custom_status: Any
    ended: tuple[Literal["Failed", "Completed"], Any] | None


async def play(functions: Worker, instance: Instance, now: int, blocking: bool) -> Turn:
    """The next turn. Whatever a function raises fails its instance, and nothing else."""
    for played in instance.history:
        played["IsPlayed"] = True
    taken = dict(islice(instance.inbox.items(), MESSAGES))
    events = [event(EventType.ORCHESTRATOR_STARTED, now), *taken.values()]
    sent = context(instance.id, instance.text, [*instance.history, *events])
    try:
        if functions.major == 1:
            decision = _replayed(await functions.turn(instance.name, sent), instance, sent["history"], blocking)
        else:
            decision = await _answered(functions, instance, sent)
    except Exception as wrong:
        decision = Decision({}, instance.custom_status, ("Failed", _failure(instance, str(wrong))))
    return _turn(decision, events, now)._replace(taken=tuple(taken))


def _replayed(state: dict[str, Any], instance: Instance, history: list[Recorded], blocking: bool) -> Decision:
    """1.x sends all its actions again at every turn, so they are replayed against the history."""
    replayed = ActionReplay(actions_of(state), blocking)
    for recorded in history:
        replayed.feed(recorded)
    ended: tuple[Literal["Failed", "Completed"], Any] | None = None
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


def _turn(decision: Decision, begun: list[Recorded], now: int) -> Turn:
    if decision.ended is not None:
        status, output = decision.ended
        done = event(EventType.ORCHESTRATOR_COMPLETED, now)
        end = event(EventType.EXECUTION_COMPLETED, now, OrchestrationStatus=status, Result=output)
        return Turn([*begun, done, end], status, output, decision.custom_status, now)
    new = [_scheduled(now, event_id, what) for event_id, what in sorted(decision.new.items())]
    done = event(EventType.ORCHESTRATOR_COMPLETED, now)
    return Turn([*begun, *new, done], "Running", None, decision.custom_status, now)


def terminated(instance: Instance, reason: str, now: int) -> Turn:
    """The end of a live instance without running its function."""
    events = [event(EventType.EXECUTION_TERMINATED, now, Input=reason)]
    return Turn(events, "Terminated", reason, instance.custom_status, now)


def halted(instance: Instance, kind: EventType, reason: str, now: int) -> Turn:
    """A suspension, or its end. One before the first turn is not recorded: a history begins with its start."""
    events = [event(kind, now, Reason=reason)] if instance.history else []
    status: Literal["Suspended", "Running"] = "Suspended" if kind is EventType.EXECUTION_SUSPENDED else "Running"
    return Turn(events, status, None, instance.custom_status, now)


def _scheduled(now: int, event_id: int, what: Scheduled) -> Recorded:
    if isinstance(what, Activity):
        text = json.dumps([what.text])
        return event(EventType.TASK_SCHEDULED, now, event_id, Name=what.name, Version="", Input=text)
    return event(EventType.TIMER_CREATED, now, event_id, FireAt=what.fire_at)
