"""What an await may turn out to await: known before the program runs, as far as the source says it.

await charge(order)                          ActivityShape("charge")
await ctx.gather(ship(a), ctx.sleep(5))      GatherShape(((ActivityShape("ship"),), (TimerShape(),)))
await ctx.gather(*calls)                     GatherShape(((ActivityShape("ship"), TimerShape()),), spread=True)
"""

from dataclasses import dataclass
from typing import final

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


Shape = ActivityShape | TimerShape | StatusShape | HelperShape | GatherShape
