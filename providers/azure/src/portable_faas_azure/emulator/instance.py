"""One instance: its row, its history, what is open and the messages that wait for its next turn."""

import asyncio
from typing import Any, Final, NamedTuple, final
from uuid import UUID, uuid4, uuid5

from portable_faas.provider import FINISHED, StatusName
from portable_faas_azure.emulator.history import EventType, Parent, Recorded, context, execution_started

START: Final = "start"  # the key of the message that begins an instance


@final
class Message(NamedTuple):
    """What a turn sends to another instance or entity; ``execution_id`` is the only run that it is for, if any.

    ``key`` is its place in the inbox there: a message that is sent again takes the same.
    """

    to: str
    key: str
    body: Recorded
    execution_id: str = ""


@final
class Turn(NamedTuple):
    """What one turn makes of an instance: stored as one row, so it happens wholly or not at all.

    ``taken`` are the keys of the messages that it took from the inbox, ``outgoing`` those that it sends. ``renewed``
    holds the input of the next run where it continues as new.
    """

    events: list[Recorded]
    status: StatusName
    output: Any
    custom_status: Any
    updated: int
    taken: tuple[str, ...] = ()
    outgoing: tuple[Message, ...] = ()
    renewed: tuple[str | None] | None = None


@final
class Instance:
    """``output`` is the output of a completed instance, and the error or reason of another one that has ended."""

    def __init__(
        self,
        instance_id: str,
        name: str,
        text: str | None,
        at: int,
        *,
        number: int = 0,
        run: str = "",
        parent: Parent | None = None,
    ) -> None:
        self.id = instance_id
        self.name = name
        self.text = text
        self.number = number  # instances are listed by it
        self.run: Final = run or uuid4().hex  # of this start of the id
        self.execution_id = self.run  # new for each continuation as new
        self.parent = parent
        self.status: StatusName = "Pending"
        self.output: Any = None
        self.custom_status: Any = None
        self.created = self.updated = at
        self.turns = 0
        self.history: list[Recorded] = []
        self.open: dict[int, Recorded] = {}  # the activities, timers and sub-orchestrations that have not ended
        self.outgoing: tuple[Message, ...] = ()  # of the last turn
        self.inbox: dict[str, Recorded] = {} if self.is_entity else {START: self._started(at)}
        self.turn_due = False
        self.lock = asyncio.Lock()  # held while its rows are written

    def _started(self, at: int) -> Recorded:
        return execution_started(at, self.id, self.execution_id, self.name, self.text, self.parent)

    @property
    def is_entity(self) -> bool:
        """Whether it is an entity, whose inbox holds operations and whose ``output`` is its state."""
        return self.id.startswith("@")

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
        return context(self.id, self.text, self.history, self.parent)

    def apply(self, turn: Turn) -> list[Recorded]:
        """Be the instance after ``turn``; gives what it opened."""
        for key in turn.taken:
            self.inbox.pop(key, None)
        self.status, self.output, self.custom_status = turn.status, turn.output, turn.custom_status
        self.updated = turn.updated
        self.turns += 1
        self.outgoing = turn.outgoing
        if turn.renewed is not None:
            self._renew(turn.renewed[0], turn.updated)
            return []
        self.history += turn.events
        opened = [self._opened(event) for event in turn.events]
        return [event for event in opened if event is not None]

    def _renew(self, text: str | None, at: int) -> None:
        """Be the next run, which begins with what has come meanwhile."""
        self.execution_id = uuid5(UUID(self.run), str(self.turns)).hex
        self.text = text
        self.history, self.open = [], {}
        self.inbox = {START: self._started(at), **{key: body for key, body in self.inbox.items() if _lasts(body)}}

    def _opened(self, event: Recorded) -> Recorded | None:
        match event["EventType"]:
            case EventType.TASK_SCHEDULED | EventType.TIMER_CREATED | EventType.SUB_ORCHESTRATION_INSTANCE_CREATED:
                self.open[event["EventId"]] = event
                return event
            case (
                EventType.TASK_COMPLETED
                | EventType.TASK_FAILED
                | EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED
                | EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
            ):
                self.open.pop(event["TaskScheduledId"], None)
            case EventType.TIMER_FIRED:
                self.open.pop(event["TimerId"], None)
        return None


def _lasts(message: Recorded) -> bool:
    """Whether a message is for the instance, whichever run it is in; an answer is for the run that asked."""
    return message["EventType"] == EventType.EVENT_RAISED and not message.get("Answer", False)
