"""``Context``: what an orchestrator may do besides calling activities, the same on every engine."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, final, overload

from portable_faas.context.calls import Call, Gather, SetStatus, Sleep
from portable_faas.context.log import Log, Source
from portable_faas.values.retry import Seconds, seconds

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["Call", "Context", "Log", "Run"]

T = TypeVar("T")
R = TypeVar("R")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")


class Run(Source, Protocol):
    """What a context needs of the engine that drives its instance."""

    def now(self) -> datetime:
        """The time of the current step, UTC, with milliseconds."""
        ...

    def uuid(self) -> "UUID":
        """The next replay-safe UUID."""
        ...


@final
class Context:
    """The first argument of every orchestrator and helper.

    ``now``, ``uuid``, ``instance_id`` and ``log`` are not durable operations and are not awaited;
    everything else is awaited (or given to ``gather``) exactly once.
    """

    __slots__ = ("_run", "log")

    def __init__(self, run: Run) -> None:
        self._run = run
        self.log = Log(run)

    @property
    def instance_id(self) -> str:
        """The id of this instance."""
        return self._run.instance_id

    def now(self) -> datetime:
        """The aware UTC time of this step: constant between two awaits, equal in every replay, never going back."""
        return self._run.now()

    def uuid(self) -> "UUID":
        """A new UUID that is the same in every replay."""
        return self._run.uuid()

    def sleep(self, duration: Seconds) -> Call[None]:
        """Wait at least ``duration`` (seconds or ``timedelta``); zero returns at once."""
        return Sleep(self.now() + timedelta(seconds=seconds(duration, "duration")), relative=True)

    def sleep_until(self, moment: datetime) -> Call[None]:
        """Wait until an aware moment; a past one returns at once. ``ValueError`` if it has no time zone."""
        if not isinstance(moment, datetime):
            raise TypeError(f"sleep_until takes an aware datetime, not {moment!r}")
        if moment.utcoffset() is None:
            raise ValueError("sleep_until needs a datetime with a time zone, such as ctx.now() + timedelta(...)")
        return Sleep(moment)

    def set_status(self, value: object) -> Call[None]:
        """Publish ``value`` (plain JSON, at most 16 KiB) as the custom status of this instance."""
        return SetStatus(value)

    @overload
    def gather(  # pyright: ignore[reportOverlappingOverload] - as typeshed types asyncio.gather
        self,
        a: Awaitable[T1],
        b: Awaitable[T2],
        /,
        *,
        limit: int | None = None,
        return_exceptions: Literal[False] = False,
    ) -> Call[tuple[T1, T2]]: ...
    @overload
    def gather(
        self,
        a: Awaitable[T1],
        b: Awaitable[T2],
        c: Awaitable[T3],
        /,
        *,
        limit: int | None = None,
        return_exceptions: Literal[False] = False,
    ) -> Call[tuple[T1, T2, T3]]: ...
    @overload
    def gather(
        self,
        a: Awaitable[T1],
        b: Awaitable[T2],
        c: Awaitable[T3],
        d: Awaitable[T4],
        /,
        *,
        limit: int | None = None,
        return_exceptions: Literal[False] = False,
    ) -> Call[tuple[T1, T2, T3, T4]]: ...
    @overload
    def gather(
        self,
        a: Awaitable[T1],
        b: Awaitable[T2],
        c: Awaitable[T3],
        d: Awaitable[T4],
        e: Awaitable[T5],
        /,
        *,
        limit: int | None = None,
        return_exceptions: Literal[False] = False,
    ) -> Call[tuple[T1, T2, T3, T4, T5]]: ...
    @overload
    def gather(
        self, *calls: Awaitable[T], limit: int | None = None, return_exceptions: Literal[False] = False
    ) -> Call[list[T]]: ...
    @overload
    def gather(
        self, *calls: Awaitable[T], limit: int | None = None, return_exceptions: Literal[True]
    ) -> Call[list[T | Exception]]: ...
    def gather(self, *calls: Awaitable[Any], limit: int | None = None, return_exceptions: bool = False) -> Call[Any]:
        """Run activities, timers, helpers and gathers side by side, at most ``limit`` at a time.

        Gives a list of their results in the order of the arguments (typed as a tuple where the arguments
        are written out, as ``asyncio.gather`` is). The first failure is raised at once and the rest is
        abandoned; with ``return_exceptions`` all are waited for and a failed one gives its exception.
        """
        return Gather(calls, len(calls), _limit(limit), return_exceptions)

    @overload
    def map(self, f: Callable[[T], Call[R]], items: Iterable[T], limit: int | None = None) -> Call[list[R]]: ...
    @overload
    def map(
        self, f: Callable[["Context", T], Coroutine[Any, Any, R]], items: Iterable[T], limit: int | None = None
    ) -> Call[list[R]]: ...
    def map(self, f: Callable[..., Any], items: Iterable[Any], limit: int | None = None) -> Call[Any]:
        """Run ``f`` on every item side by side: an activity on the item, a helper on ``ctx`` and the item.

        Gives the results in the order of the items; fails like ``gather``.
        """
        given = list(items)
        if hasattr(f, "using"):
            return Gather((f(item) for item in given), len(given), _limit(limit), False)
        return Gather((f(self, item) for item in given), len(given), _limit(limit), False)


def _limit(limit: int | None) -> int | None:
    if limit is None:
        return None
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise TypeError(f"limit is a whole number, not {limit!r}")
    if limit < 1:
        raise ValueError(f"limit is at least 1, not {limit!r}; leave it out for no limit")
    return limit
