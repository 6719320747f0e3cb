"""The neutral events of an instance, read from the history that Durable Functions keeps of it.

The platform records only its own tasks. Which fiber a task belongs to, which tries are one step and which branches were
abandoned is what the code makes of them, so the code runs over the history once more and says so.
"""

import uuid
from datetime import datetime
from typing import Any

from portable_faas.app import App, Orchestrator
from portable_faas.history import EPOCH, MILLISECOND, Event
from portable_faas.replay import Execution, Identity, Inbox, replay
from portable_faas.values import loads
from portable_faas_azure.runtime.line import LINE
from portable_faas_azure.runtime.registration import generated
from portable_faas_azure.runtime.start import Start


def events(app: App, orchestrator: Orchestrator[Any, Any], context: dict[str, Any]) -> list[Event]:
    """The events of the replay of ``context``, which the host sends for a turn. ``ctx.log`` stays silent."""
    LINE.prepare()
    found: list[Event] = []
    LINE.replay(generated(app, orchestrator, found.append), context)
    return found


def inbox(app: App, orchestrator: Orchestrator[Any, Any], context: dict[str, Any]) -> Inbox:
    """What the live run of ``context`` has been sent and has not received."""
    start, (key, began), signature = started(context), origin(context), orchestrator.signature()
    inputs = {} if start.input is None else {signature.names[0]: loads(start.input)}
    identity = Identity(context["instanceId"], key, "", start.version)
    execution = Execution(orchestrator.fn, signature, identity, inputs, start.events())
    try:
        replay(execution, began, events(app, orchestrator, context))
        return execution.inbox
    finally:
        execution.close()


def started(context: dict[str, Any]) -> Start:
    """What the run was started with."""
    given = None if context["input"] is None else loads(context["input"])
    return Start.read(given if isinstance(given, str) else context["input"])


def origin(context: dict[str, Any]) -> tuple[str, int]:
    """The key of the run and when it began."""
    first, second = context["history"][:2]
    return str(uuid.UUID(second["OrchestrationInstance"]["ExecutionId"])), moment_of(first)


def moment_of(recorded: dict[str, Any]) -> int:
    """When an event was recorded, in milliseconds since 1970 UTC."""
    return (datetime.fromisoformat(recorded["Timestamp"]) - EPOCH) // MILLISECOND
