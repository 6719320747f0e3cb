"""The neutral events of an instance, read from the history that Durable Functions keeps of it.

The platform records only its own tasks. Which fiber a task belongs to, which tries are one step and which branches were
abandoned is what the code makes of them, so the code runs over the history once more and says so.
"""

from typing import Any

from portable_faas.app import App, Orchestrator
from portable_faas.history import Event
from portable_faas_azure.runtime.line import LINE
from portable_faas_azure.runtime.registration import generated


def events(app: App, orchestrator: Orchestrator[Any, Any], context: dict[str, Any]) -> list[Event]:
    """The events of the replay of ``context``, which the host sends for a turn. ``ctx.log`` stays silent."""
    LINE.prepare()
    found: list[Event] = []
    LINE.replay(generated(app, orchestrator, found.append), context)
    return found
