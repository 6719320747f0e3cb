"""``Context``: what an orchestrator may do besides calling activities, the same on every engine."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, TypeVar, final, overload

from portable_faas.context.calls import Call, Gather, SetStatus, Sleep
from portable_faas.context.instances import ContinueAsNew, Started
from portable_faas.context.log import Log, Source
from portable_faas.context.waits import Select, WaitForEvent
from portable_faas.values.retry import Seconds, seconds

if TYPE_CHECKING:
    from uuid import UUID

    from portable_faas.context.entities import EntityRef, Lock

__all__ = ["Call", "Context", "Log", "Run", "Started"]

T = TypeVar("T")
R = TypeVar("R")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
E = TypeVar("E")


class Run(Source, Protocol):
    """What a context needs of the engine that drives its instance."""

    @property
    def version(self) -> str:
        """The version of the app that the run began on."""
        ...

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

    @property
    def version(self) -> str:
        """The version of the app that this run began on: ``App(name, version=...)`` at that time.

        The same in every replay; ``continue_as_new`` moves to the version that runs then.
        """
        return self._run.version

    def now(self) -> datetime:
        """The aware UTC time of this step: constant between two awaits, equal in every replay, never going back."""
        return self._run.now()

    def uuid(self) -> "UUID":
        """A new UUID that is the same in every replay."""
        return self._run.uuid()

    def sleep(self, duration: Seconds) -> Call[None]:
        """Wait at least ``duration`` (seconds or ``timedelta``); zero returns at once."""
        wait = seconds(duration, "duration")
        try:
            due = self.now() + timedelta(seconds=wait)
        except OverflowError:
            due = datetime.max.replace(tzinfo=UTC)  # refused there, as every timer of a year or more
        return Sleep(due, relative=True)

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

    @overload
    def race(self, a: Awaitable[T1], b: Awaitable[T2], /) -> Call[tuple[int, T1 | T2]]: ...
    @overload
    def race(self, a: Awaitable[T1], b: Awaitable[T2], c: Awaitable[T3], /) -> Call[tuple[int, T1 | T2 | T3]]: ...
    @overload
    def race(self, *calls: Awaitable[T]) -> Call[tuple[int, T]]: ...
    def race(self, *calls: Awaitable[Any]) -> Call[Any]:
        """Run calls side by side and give the index and the result of the first to end.

        If that one failed, its error is raised. The others are abandoned: nothing of them runs afterwards, timers
        and event waits are cancelled, sub-orchestrations terminated. ``ValueError`` for no call at all.
        """
        return Select(calls, len(calls), 1, single=True)

    def first(self, n: int, *calls: Awaitable[T]) -> Call[list[tuple[int, T]]]:
        """Run calls side by side until ``n`` have ended; gives pairs of index and result in the order of their ends.

        A failure among them is raised at once; the rest is abandoned as by ``race``.
        """
        if isinstance(n, bool) or not isinstance(n, int):
            raise TypeError(f"n is a whole number, not {n!r}")
        return Select(calls, len(calls), n, single=False)

    @overload
    def wait_for_event(self, name: str, type: type[T], timeout: Seconds | None = None) -> Call[T]: ...
    @overload
    def wait_for_event(self, name: str, type: Any = None, timeout: Seconds | None = None) -> Call[Any]: ...
    def wait_for_event(self, name: str, type: Any = None, timeout: Seconds | None = None) -> Call[Any]:
        """Wait for the next event called ``name`` and give its data, decoded as ``type`` (plain JSON by default).

        Events are kept from the start of the instance on, in the order of their arrival. ``TimeoutError`` after
        ``timeout`` (seconds or ``timedelta``); an event that is there already comes first.
        """
        return WaitForEvent(name, type, None if timeout is None else seconds(timeout, "timeout"))

    def entity(self, cls: type[E], key: str) -> "EntityRef[E]":
        """The entity of class ``cls`` (declared with ``@app.entity``) with this key, any text up to 256 bytes."""
        from portable_faas.context.entities import EntityRef
        from portable_faas.context.entity_type import type_of

        return EntityRef(type_of(cls), key)

    def lock(self, *entities: "EntityRef[Any]") -> "Lock":
        """``async with ctx.lock(a, b):`` - no one else's operation on these entities runs inside the block.

        All of them are taken together, and released on every way out.
        """
        from portable_faas.context.entities import Lock

        return Lock(entities)

    def continue_as_new(self, *input: Any) -> Call[NoReturn]:
        """End this run and begin the next with ``input``: ``return await ctx.continue_as_new(state)``.

        The instance keeps its id and its undelivered events and begins a fresh history on the newest code.
        """
        return ContinueAsNew(input)


def _limit(limit: int | None) -> int | None:
    if limit is None:
        return None
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise TypeError(f"limit is a whole number, not {limit!r}")
    if limit < 1:
        raise ValueError(f"limit is at least 1, not {limit!r}; leave it out for no limit")
    return limit
