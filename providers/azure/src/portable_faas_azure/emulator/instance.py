"""One instance: its row, its history, what is open and the messages that wait for its next turn."""

import asyncio
from typing import Any, Final, NamedTuple, final
from uuid import uuid4

from portable_faas.provider import FINISHED, StatusName
from portable_faas_azure.emulator.history import EventType, Recorded, context, execution_started

START: Final = "start"  # the key of the message that begins an instance


@final
class Turn(NamedTuple):
    """What one turn makes of an instance: stored as one row, so it happens wholly or not at all.

    ``taken`` are the keys of the messages that it took from the inbox.
    """

    events: list[Recorded]
    status: StatusName
    output: Any
    custom_status: Any
    updated: int
    taken: tuple[str, ...] = ()


@final
class Instance:
    """``output`` is the output of a completed instance, and the error or reason of another one that has ended."""

    def __init__(
        self, instance_id: str, name: str, text: str | None, at: int, *, number: int = 0, execution_id: str = ""
    ) -> None:
        self.id = instance_id
        self.name = name
        self.text = text
        self.number = number  # instances are listed by it
        self.execution_id = execution_id or uuid4().hex
        self.status: StatusName = "Pending"
        self.output: Any = None
        self.custom_status: Any = None
        self.created = self.updated = at
        self.turns = 0
        self.history: list[Recorded] = []
        self.open: dict[int, Recorded] = {}  # the scheduled activities and created timers that have not ended
        self.inbox: dict[str, Recorded] = {START: execution_started(at, instance_id, self.execution_id, name, text)}
        self.turn_due = False
        self.lock = asyncio.Lock()  # held while its rows are written

    @property
    def live(self) -> bool:
        """Whether it may still run."""
        return self.status not in FINISHED

    @property
    def ready(self) -> bool:
        """Whether a turn has something to do."""
        return self.live and self.status != "Suspended" and bool(self.inbox)

    def context(self) -> dict[str, Any]:
        """The context of a turn over its history, as the host sends it."""
        return context(self.id, self.text, self.history)

    def apply(self, turn: Turn) -> list[Recorded]:
        """Be the instance after ``turn``; gives what it opened."""
        for key in turn.taken:
            self.inbox.pop(key, None)
        self.status, self.output, self.custom_status = turn.status, turn.output, turn.custom_status
        self.updated = turn.updated
        self.turns += 1
        self.history += turn.events
        opened = [self._opened(event) for event in turn.events]
        return [event for event in opened if event is not None]

    def _opened(self, event: Recorded) -> Recorded | None:
        match event["EventType"]:
            case EventType.TASK_SCHEDULED | EventType.TIMER_CREATED:
                self.open[event["EventId"]] = event
                return event
            case EventType.TASK_COMPLETED | EventType.TASK_FAILED:
                self.open.pop(event["TaskScheduledId"], None)
            case EventType.TIMER_FIRED:
                self.open.pop(event["TimerId"], None)
        return None
