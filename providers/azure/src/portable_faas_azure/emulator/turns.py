"""Plays one turn of an instance: history, orchestrator function, action replay; decides, and changes nothing.

    messages  ->  Turn(events=[OrchestratorStarted, messages..., TaskScheduled..., OrchestratorCompleted], status=...)

A turn takes every message that has arrived, as a work item of the extension does, up to a limit.
"""

import json
from itertools import islice
from typing import Any, Final, Literal

from portable_faas_azure.emulator.actions import ActionReplay, Activity, Scheduled, actions_of
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.history import EventType, Recorded, context, event
from portable_faas_azure.emulator.instance import Instance, Turn

MESSAGES: Final = 90  # of one turn: their rows are deleted together with its own, at most 100 in one transaction


def play(functions: Functions, instance: Instance, now: int, blocking: bool) -> Turn:
    """The next turn. Whatever a function raises fails its instance, and nothing else."""
    for played in instance.history:
        played["IsPlayed"] = True
    taken = dict(islice(instance.inbox.items(), MESSAGES))
    events = [event(EventType.ORCHESTRATOR_STARTED, now), *taken.values()]
    history = [*instance.history, *events]
    try:
        state = functions.orchestrate(instance.name, context(instance.id, instance.text, history))
        replayed = ActionReplay(actions_of(state), blocking)
        for recorded in history:
            replayed.feed(recorded)
    except Exception as wrong:
        failed = f"Orchestrator function '{instance.name}' failed: {wrong}"
        return _ended(events, now, "Failed", failed, instance.custom_status)._replace(taken=tuple(taken))
    events += [_scheduled(now, event_id, what) for event_id, what in sorted(replayed.new.items())]
    events.append(event(EventType.ORCHESTRATOR_COMPLETED, now))
    return _after(instance, state, replayed.finished, events, now)._replace(taken=tuple(taken))


def terminated(instance: Instance, reason: str, now: int) -> Turn:
    """The end of a live instance without running its function."""
    events = [event(EventType.EXECUTION_TERMINATED, now, Input=reason)]
    return Turn(events, "Terminated", reason, instance.custom_status, now)


def halted(instance: Instance, kind: EventType, reason: str, now: int) -> Turn:
    """A suspension, or its end. One before the first turn is not recorded: a history begins with its start."""
    events = [event(kind, now, Reason=reason)] if instance.history else []
    status: Literal["Suspended", "Running"] = "Suspended" if kind is EventType.EXECUTION_SUSPENDED else "Running"
    return Turn(events, status, None, instance.custom_status, now)


def _after(instance: Instance, state: dict[str, Any], finished: bool, events: list[Recorded], now: int) -> Turn:
    custom_status = state.get("customStatus", instance.custom_status)
    if finished and "error" in state:
        failed = f"Orchestrator function '{instance.name}' failed: {state['error']}"
        return _ended(events, now, "Failed", failed, custom_status)
    if finished and state["isDone"]:
        return _ended(events, now, "Completed", state.get("output"), custom_status)
    return Turn(events, "Running", None, custom_status, now)


def _ended(
    events: list[Recorded],
    now: int,
    status: Literal["Failed", "Completed"],
    output: Any,
    custom_status: Any,
) -> Turn:
    end = event(EventType.EXECUTION_COMPLETED, now, OrchestrationStatus=status, Result=output)
    return Turn([*events, end], status, output, custom_status, now)


def _scheduled(now: int, event_id: int, what: Scheduled) -> Recorded:
    if isinstance(what, Activity):
        text = json.dumps([what.text])
        return event(EventType.TASK_SCHEDULED, now, event_id, Name=what.name, Version="", Input=text)
    return event(EventType.TIMER_CREATED, now, event_id, FireAt=what.fire_at)
