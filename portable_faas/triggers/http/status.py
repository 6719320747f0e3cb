"""What the status page of an instance tells: the same object on every engine."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portable_faas.client import Status


def status_document(status: "Status") -> dict[str, Any]:
    """The object; the input is left out, since whoever has the URL need not know it."""
    error = None if status.error is None else {"type": status.error.type, "message": status.error.message}
    return {
        "instance_id": status.instance_id,
        "orchestrator": status.orchestrator,
        "status": status.status,
        "custom_status": status.custom_status,
        "output": status.output,
        "error": error,
        "created_at": _written(status.created_at),
        "updated_at": _written(status.updated_at),
    }


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
