"""One instance as the host stores it: its row, its history and the messages that wait for its next turn."""

from typing import Any, final
from uuid import uuid4

from portable_faas.provider import FINISHED, StatusName
from portable_faas_azure.emulator.history import Recorded, context, execution_started


@final
class Instance:
    """``output`` is the output of a completed instance, and the error or reason of another one that has ended."""

    def __init__(self, instance_id: str, name: str, text: str | None, at: int) -> None:
        self.id = instance_id
        self.name = name
        self.text = text
        self.execution_id = uuid4().hex
        self.status: StatusName = "Pending"
        self.output: Any = None
        self.custom_status: Any = None
        self.created = self.updated = at
        self.history: list[Recorded] = []
        self.inbox: list[Recorded] = [execution_started(at, instance_id, self.execution_id, name, text)]

    @property
    def live(self) -> bool:
        """Whether it may still run."""
        return self.status not in FINISHED

    def context(self) -> dict[str, Any]:
        """The context of a turn over its history, as the host sends it."""
        return context(self.id, self.text, self.history)
