"""What an await may turn out to await: known before the program runs, as far as the source says it.

await charge(order)                          ActivityShape("charge")
await ctx.gather(ship(a), ctx.sleep(5))      GatherShape(((ActivityShape("ship"),), (TimerShape(),)))
await ctx.gather(*calls)                     GatherShape(((ActivityShape("ship"), TimerShape()),), spread=True)
await ctx.race(ship(a), ctx.sleep(5))        SelectShape(((ActivityShape("ship"),), (TimerShape(),)), 1, single=True)
async with ctx.lock(counter):                LockShape(("Counter",)) on the way in, ReleaseShape() on each way out
"""

from dataclasses import dataclass
from typing import Literal, final

from portable_faas.values.retry import Retry


@final
@dataclass(frozen=True, slots=True)
class ActivityShape:
    """An activity with its policy. ``known`` is False where ``using`` takes a policy that only a run computes."""

    name: str
    retry: Retry | None = None
    timeout: int | None = None
    known: bool = True


@final
@dataclass(frozen=True, slots=True)
class TimerShape:
    """A durable timer."""


@final
@dataclass(frozen=True, slots=True)
class StatusShape:
    """A custom status to publish."""


@final
@dataclass(frozen=True, slots=True)
class HelperShape:
    """A call of the async helper whose flow has this key."""

    flow: str


@final
@dataclass(frozen=True, slots=True)
class GatherShape:
    """Several at once: one set of shapes per branch, or one for any number of branches (``spread``).

    ``limited`` says whether a limit may be in force, ``keeps_errors`` what ``return_exceptions`` is, None if only a
    run knows.
    """

    branches: tuple[tuple["Shape", ...], ...]
    spread: bool = False
    limited: bool = False
    keeps_errors: bool | None = False


@final
@dataclass(frozen=True, slots=True)
class SelectShape:
    """The first ``wanted`` of several, None if only a run knows how many; ``branches`` and ``spread`` as in a gather.

    ``single`` says that it gives one pair (``race``), not a list of pairs (``first``).
    """

    branches: tuple[tuple["Shape", ...], ...]
    wanted: int | None
    single: bool
    spread: bool = False


@final
@dataclass(frozen=True, slots=True)
class EventShape:
    """A wait for an external event, of this name if it is written out; ``timed`` if it may have a time-out."""

    name: str | None
    timed: bool = False


@final
@dataclass(frozen=True, slots=True)
class ChildShape:
    """A sub-orchestration; ``named`` if it may have an id that the program chooses."""

    orchestrator: str
    named: bool = False


@final
@dataclass(frozen=True, slots=True)
class StartShape:
    """The start of an instance that nobody waits for."""

    orchestrator: str


@final
@dataclass(frozen=True, slots=True)
class ContinueShape:
    """The end of the run and the begin of the next one; the block after it is never entered without a failure."""


@final
@dataclass(frozen=True, slots=True)
class EntityShape:
    """A call, signal or read of an entity; class and operation are None where the source does not say."""

    entity: str | None
    verb: Literal["call", "signal", "read"]
    operation: str | None = None


@final
@dataclass(frozen=True, slots=True)
class LockShape:
    """Taking a lock over entities of these classes, as far as the source says; the failure of it takes none."""

    entities: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class ReleaseShape:
    """Freeing what the innermost lock of the branch holds."""


Shape = (
    ActivityShape
    | TimerShape
    | StatusShape
    | HelperShape
    | GatherShape
    | SelectShape
    | EventShape
    | ChildShape
    | StartShape
    | ContinueShape
    | EntityShape
    | LockShape
    | ReleaseShape
)
