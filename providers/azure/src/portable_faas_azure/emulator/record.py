"""What a host knows about an instance, as the record of the provider contract."""

import json
from collections.abc import Iterable, Mapping

from portable_faas.provider import Query, Record
from portable_faas.values import dumps, loads
from portable_faas_azure.emulator.history import EventType, Recorded
from portable_faas_azure.emulator.instance import Instance
from portable_faas_azure.runtime.envelope import failure_of
from portable_faas_azure.runtime.happening import EVENT
from portable_faas_azure.runtime.start import Start


def record_of(instance: Instance) -> Record:
    """The instance after its last turn."""
    return Record(
        instance_id=instance.id,
        orchestrator=instance.name,
        status=instance.status,
        input=_input(instance.text),
        output=instance.output if instance.status == "Completed" else None,
        error=_error(instance),
        custom_status=instance.custom_status,
        created_at=instance.created,
        updated_at=instance.updated,
    )


def matches(record: Record, query: Query) -> bool:
    """Whether a record passes every filter that is given."""
    return (
        query.orchestrator in (None, record.orchestrator)
        and query.status in (None, record.status)
        and record.instance_id.startswith(query.prefix or "")
        and (query.since is None or record.created_at >= query.since)
    )


def usage_of(history: Iterable[Recorded]) -> Mapping[str, int]:
    """The executions of the orchestrator function and of activity functions."""
    kinds = [event["EventType"] for event in history]
    return {
        "orchestrator_turns": kinds.count(EventType.ORCHESTRATOR_STARTED),
        "activity_executions": kinds.count(EventType.TASK_SCHEDULED),
    }


def _input(text: str | None) -> str | None:
    """Our client starts an instance with text that holds JSON; what is posted bare is JSON itself."""
    given = None if text is None else loads(text)
    return Start.read(given).input if isinstance(given, str) else text


def envelope_of(entity: Instance) -> str | None:
    """What our entity function keeps as its state."""
    return None if entity.output is None else str(json.loads(entity.output))


def raised_in(instance: Instance) -> int:
    """How many events of ours the present run has been sent, those of earlier runs included that it began with."""
    sent = [*instance.history, *instance.inbox.values()]
    return _carried(instance.text) + len([event for event in sent if event.get("Name") == EVENT])


def _carried(text: str | None) -> int:
    given = None if text is None else loads(text)
    return len(Start.read(given).events().waiting) if isinstance(given, str) else 0


def _error(instance: Instance) -> str | None:
    match instance.status:
        case "Failed":
            return dumps(failure_of(instance.output).to_wire(), "failure")
        case "Terminated":
            return dumps(instance.output, "reason")
        case _:
            return None
