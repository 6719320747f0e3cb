"""What an instance has done so far, as neutral events: the record an engine keeps, replays and shows.

    SCHEDULED 1 charge   COMPLETED 1   TIMER_SET 2   TIMER_FIRED 2   ...

Each completion is followed by the steps it led to. Replaying the completions in order must schedule the same
steps again; that is how a replay proves it takes the recorded way.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)

Kind = Literal["Scheduled", "AttemptFailed", "Completed", "Failed", "TimerSet", "TimerFired", "Abandoned"]

SCHEDULED: Final = "Scheduled"  # an activity; data is its arguments
ATTEMPT_FAILED: Final = "AttemptFailed"  # and will be tried again; data is the failure and the moment of the next try
COMPLETED: Final = "Completed"  # an activity; data is its result
FAILED: Final = "Failed"  # an activity, for good; data is the failure
TIMER_SET: Final = "TimerSet"  # data is the moment it is due
TIMER_FIRED: Final = "TimerFired"
ABANDONED: Final = "Abandoned"  # a branch, and every branch below it: another one of its gather failed first


@final
class Event(NamedTuple):
    """One entry of a history.

    ``at`` is in milliseconds since 1970 UTC; ``step`` counts the durable operations of the instance from 1;
    ``fiber`` is ``""`` for the orchestrator itself and ``parent/gather.branch`` for a branch; ``name`` is the
    activity's; ``data`` is JSON.
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
        return self.kind in (SCHEDULED, TIMER_SET)

    @property
    def completing(self) -> bool:
        """Whether this event lets the orchestrator's code go on."""
        return self.kind in (COMPLETED, FAILED, TIMER_FIRED)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip() + (f" in branch {self.fiber}" if self.fiber else "")
