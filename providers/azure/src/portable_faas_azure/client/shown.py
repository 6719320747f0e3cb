"""An instance as the durable HTTP API shows it.

{"instanceId": "A-1", "runtimeStatus": "ContinuedAsNew", "createdTime": "2026-01-01T00:00:00Z", ...}
->   Record("A-1", status="Running", created_at=1767225600000, ...)
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.provider import Record, StatusName
from portable_faas.values import dumps
from portable_faas_azure.runtime.envelope import failure_of
from portable_faas_azure.runtime.start import Start

# "ContinuedAsNew" is between two runs of one instance; "Canceled" is never set today.
STATUSES: Final[Mapping[str, StatusName]] = {"ContinuedAsNew": "Running", "Canceled": "Terminated"}


def record_of(shown: Mapping[str, Any]) -> Record:
    """What the API shows of an instance, as the record of the provider contract."""
    status = STATUSES.get(shown["runtimeStatus"], shown["runtimeStatus"])
    return Record(
        instance_id=shown["instanceId"],
        orchestrator=shown["name"],
        status=status,
        input=started(shown).input,
        output=shown["output"] if status == "Completed" else None,
        error=_error(status, shown["output"]),
        custom_status=shown["customStatus"],
        created_at=moment(shown["createdTime"]),
        updated_at=moment(shown["lastUpdatedTime"]),
    )


def shown_as(status: str) -> str:
    """What the API calls a status of ours, as its filter takes it."""
    return ",".join([status, *(other for other, ours in STATUSES.items() if ours == status)])


def _error(status: str, output: Any) -> str | None:
    match status:
        case "Failed":
            return dumps(failure_of(str(output)).to_wire(), "failure")
        case "Terminated":
            return dumps(output or "", "reason")
        case _:
            return None


def started(shown: Mapping[str, Any]) -> Start:
    """What it was started with; a text is ours, anything else was posted by somebody else as bare JSON."""
    given = shown["input"]
    return Start.read(given) if given is None or isinstance(given, str) else Start(dumps(given, "input"))


def text_of(given: object) -> str | None:
    """An event's payload as text; the API may show it decoded."""
    return given if given is None or isinstance(given, str) else json.dumps(given)


def moment(text: str) -> int:
    """A moment of the API in milliseconds since 1970 UTC."""
    return (datetime.fromisoformat(text) - EPOCH) // MILLISECOND


def written(at: int) -> str:
    """A moment as the API takes it, in whole seconds."""
    return (EPOCH + at * MILLISECOND).strftime("%Y-%m-%dT%H:%M:%SZ")
