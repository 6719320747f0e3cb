"""What a stepped orchestrator asks its engine to do; typed, frozen, in the order the code asked.

A command that opens a step says by ``recorded`` which event of the history stands for it.
"""

import json
from typing import NamedTuple, final

from portable_faas import history
from portable_faas.context.calls import ActivityCall
from portable_faas.context.instances import IfExists
from portable_faas.history import Event
from portable_faas.replay.inbox import Inbox
from portable_faas.values import Failure


@final
class StartActivity(NamedTuple):
    """Run ``call`` with ``args`` (JSON) at least once and report its result or failure under ``step``."""

    step: int
    fiber: str
    call: ActivityCall[object]
    args: str

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.SCHEDULED, self.step, self.fiber, self.call.name, self.args)


@final
class StartTimer(NamedTuple):
    """Report ``step`` at ``due`` (milliseconds since 1970 UTC) or later."""

    step: int
    fiber: str
    due: int

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.TIMER_SET, self.step, self.fiber, "", str(self.due))


@final
class AwaitEvent(NamedTuple):
    """Somebody waits for the event ``name``; report ``step`` at ``due`` if it has not come by then (None: never).

    The execution finds the event itself among those it was told of, and abandons the step when it has it.
    """

    step: int
    fiber: str
    name: str
    due: int | None

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.EVENT_AWAITED, self.step, self.fiber, self.name, json.dumps(self.due))


@final
class StartChild(NamedTuple):
    """Run orchestrator ``name`` as instance ``instance_id`` and report its end; terminate it if abandoned."""

    step: int
    fiber: str
    name: str
    instance_id: str
    input: str | None

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.CHILD_STARTED, self.step, self.fiber, self.name, _started(self))


@final
class StartInstance(NamedTuple):
    """Start orchestrator ``name`` as an instance of its own and report that it is durable, or why it is not."""

    step: int
    fiber: str
    name: str
    instance_id: str
    input: str | None
    if_exists: IfExists

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.INSTANCE_STARTED, self.step, self.fiber, self.name, _started(self))


@final
class CallEntity(NamedTuple):
    """Carry out an operation once and report its result; ``lock`` is the lock its caller holds, 0 for none."""

    step: int
    fiber: str
    entity: str
    key: str
    operation: str
    args: str
    lock: int

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.OPERATION_CALLED, self.step, self.fiber, *_operation(self))


@final
class SignalEntity(NamedTuple):
    """Carry out an operation once; nobody waits for its end, but it comes before the caller's later ones."""

    step: int
    fiber: str
    entity: str
    key: str
    operation: str
    args: str
    lock: int

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.OPERATION_SIGNALED, self.step, self.fiber, *_operation(self))


@final
class RequestLock(NamedTuple):
    """Take ``entities`` (class and key, sorted) together when all are free and report it; ``step`` names the lock."""

    step: int
    fiber: str
    entities: tuple[tuple[str, str], ...]

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.LOCK_REQUESTED, self.step, self.fiber, "", json.dumps(self.entities))


@final
class FreeLock(NamedTuple):
    """Give back what ``lock`` holds."""

    step: int
    fiber: str
    lock: int

    def recorded(self, at: int) -> Event:
        """Its event."""
        return Event(at, history.LOCK_RELEASED, self.step, self.fiber, "", str(self.lock))


@final
class PublishStatus(NamedTuple):
    """Make ``value`` (JSON) the custom status of the instance."""

    value: str


@final
class Abandon(NamedTuple):
    """Nobody waits for this step any more: cancel its timer, drop its result, terminate its child."""

    step: int


@final
class Complete(NamedTuple):
    """The orchestrator returned ``output`` (JSON)."""

    output: str


@final
class Fail(NamedTuple):
    """The orchestrator raised."""

    failure: Failure


@final
class Continue(NamedTuple):
    """The run ended with ``continue_as_new``: begin the next one with ``input`` and what ``inbox`` still holds."""

    input: str | None
    inbox: Inbox


@final
class AbandonBranch(NamedTuple):
    """Another branch of its gather failed first: nothing of this fiber or below it will be heard of again."""

    fiber: str


Waiting = StartActivity | StartTimer | AwaitEvent | StartChild | StartInstance | CallEntity | RequestLock
Opening = Waiting | SignalEntity | FreeLock
Ending = Complete | Fail | Continue
Command = Opening | PublishStatus | Abandon | AbandonBranch | Ending


def _started(command: StartChild | StartInstance) -> str:
    given = "null" if command.input is None else command.input
    return f'{{"id":{json.dumps(command.instance_id)},"input":{given}}}'


def _operation(command: CallEntity | SignalEntity) -> tuple[str, str]:
    return (
        f"{command.entity}.{command.operation or 'read'}",
        f'{{"key":{json.dumps(command.key)},"args":{command.args}}}',
    )
