"""What a stepped orchestrator asks its engine to do; typed, frozen, in the order the code asked."""

from typing import NamedTuple, final

from portable_faas.context.calls import ActivityCall
from portable_faas.values import Failure


@final
class StartActivity(NamedTuple):
    """Run ``call`` with ``args`` (JSON) at least once and report its result or failure under ``step``."""

    step: int
    fiber: str
    call: ActivityCall[object]
    args: str


@final
class StartTimer(NamedTuple):
    """Report ``step`` at ``due`` (milliseconds since 1970 UTC) or later."""

    step: int
    fiber: str
    due: int


@final
class PublishStatus(NamedTuple):
    """Make ``value`` (JSON) the custom status of the instance."""

    value: str


@final
class Abandon(NamedTuple):
    """Nobody waits for this step any more: cancel its timer, drop its result."""

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
class AbandonBranch(NamedTuple):
    """Another branch of its gather failed first: nothing of this fiber or below it will be heard of again."""

    fiber: str


Command = StartActivity | StartTimer | PublishStatus | Abandon | AbandonBranch | Complete | Fail
