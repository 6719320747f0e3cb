"""What an instance has done so far, as neutral events: the record an engine keeps, replays and shows.

    SCHEDULED 1 charge   COMPLETED 1   TIMER_SET 2   TIMER_FIRED 2   ...

Each completion is followed by the steps it led to. Replaying the completions in order must schedule the same
steps again; that is how a replay proves it takes the recorded way.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)

Kind = Literal[
    "Scheduled", "AttemptFailed", "Completed", "Failed", "TimerSet", "TimerFired", "Abandoned", "EventAwaited",
    "EventRaised", "ChildStarted", "InstanceStarted", "OperationCalled", "OperationSignaled", "LockRequested",
    "LockReleased", "Suspended", "Resumed",
]  # fmt: skip

SCHEDULED: Final = "Scheduled"  # an activity; data is its arguments
ATTEMPT_FAILED: Final = "AttemptFailed"  # and will be tried again; data is the failure and the moment of the next try
COMPLETED: Final = "Completed"  # an activity, child, start, operation or lock; data is its result
FAILED: Final = "Failed"  # an activity, for good, or a child, start or operation; data is the failure
TIMER_SET: Final = "TimerSet"  # data is the moment it is due
TIMER_FIRED: Final = "TimerFired"
ABANDONED: Final = "Abandoned"  # a branch, and every branch below it: another one of its gather failed or won first
EVENT_AWAITED: Final = (
    "EventAwaited"  # name is the event's; data is the moment of the time-out; ends as TimerFired then
)
EVENT_RAISED: Final = "EventRaised"  # name is the event's; data is {"id", "data"}; step is 0
CHILD_STARTED: Final = "ChildStarted"  # a sub-orchestration; data is {"id", "input"}
INSTANCE_STARTED: Final = "InstanceStarted"  # a start that nobody waits for; data is {"id", "input"}
OPERATION_CALLED: Final = "OperationCalled"  # name is Class.operation; data is {"key", "args"}
OPERATION_SIGNALED: Final = "OperationSignaled"  # as a call, and nothing completes it
LOCK_REQUESTED: Final = "LockRequested"  # data is the list of [class, key]
LOCK_RELEASED: Final = "LockReleased"  # data is the step that requested it
SUSPENDED: Final = "Suspended"  # what completes after it goes on only behind RESUMED
RESUMED: Final = "Resumed"

_SCHEDULING: Final = frozenset({
    SCHEDULED, TIMER_SET, EVENT_AWAITED, CHILD_STARTED, INSTANCE_STARTED, OPERATION_CALLED, OPERATION_SIGNALED,
    LOCK_REQUESTED, LOCK_RELEASED,
})  # fmt: skip
_COMPLETING: Final = frozenset({COMPLETED, FAILED, TIMER_FIRED, EVENT_RAISED, SUSPENDED, RESUMED})


_ENDING: Final = frozenset({COMPLETED, FAILED, TIMER_FIRED})


@final
class Event(NamedTuple):
    """One entry of a history.

    ``at`` is in milliseconds since 1970 UTC; ``step`` counts the durable operations of the instance from 1;
    ``fiber`` is ``""`` for the orchestrator itself and ``parent/gather.branch`` for a branch; ``name`` is what was
    called or awaited; ``data`` is JSON.
    """

    at: int
    kind: Kind
    step: int
    fiber: str = ""
    name: str = ""
    data: str = "null"

    @property
    def scheduling(self) -> bool:
        """Whether the orchestrator's code caused this event, rather than the world."""
        return self.kind in _SCHEDULING

    @property
    def completing(self) -> bool:
        """Whether this event comes from the world and may let the orchestrator's code go on."""
        return self.kind in _COMPLETING

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip() + (f" in branch {self.fiber}" if self.fiber else "")


def failed_inside_lock(history: Sequence[Event]) -> bool:
    """Whether some branch held a lock when the last step of an instance ended.

    LOCK_REQUESTED 1   COMPLETED 1   SCHEDULED 2 charge   FAILED 2   LOCK_RELEASED 3        yes
    """
    ends = [number for number, event in enumerate(history) if event.kind in _ENDING]
    before = history[: ends[-1]] if ends else ()
    locks = {event.step: event.fiber for event in before if event.kind == LOCK_REQUESTED}
    granted = [locks[event.step] for event in before if event.kind == COMPLETED and event.step in locks]
    released = [event.fiber for event in before if event.kind == LOCK_RELEASED]
    gone = [event.fiber for event in before if event.kind == ABANDONED]
    held = {fiber for fiber in granted if granted.count(fiber) > released.count(fiber)}
    return any(not any(_is_below(fiber, branch) for branch in gone) for fiber in held)


def _is_below(fiber: str, branch: str) -> bool:
    return fiber == branch or fiber.startswith(f"{branch}/")
