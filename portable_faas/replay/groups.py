"""Several operations side by side: branches, a join that waits for all of them, a selection that waits for some.

await ctx.gather(a(), b())      join: [a, b], or the first failure
await ctx.race(a(), b())        selection: (0, a) or (1, b), whichever ends first; the other is abandoned
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterator
from typing import Any, final

from portable_faas.context.calls import Gather
from portable_faas.context.waits import Select
from portable_faas.replay.fibers import Waiter
from portable_faas.replay.inbox import Raised
from portable_faas.replay.unbegun import discard


@final
class Branch(Waiter):
    """One place in a group."""

    __slots__ = ("group", "index")

    def __init__(self, group: "Group", index: int) -> None:
        super().__init__(group.waiter.scheduler, f"{group.prefix}.{index}", group.waiter.lock)
        self.group = group
        self.index = index

    def _go_on(self, value: object, error: BaseException | None, held: tuple[Raised, ...]) -> None:
        group = self.group
        del group.live[self.index]
        group.held += held
        group.branch_ended(self.index, value, error)

    def abandon(self) -> None:
        """Stop the branch and say so."""
        self.scheduler.abandon_branch(self.id)
        super().abandon()


class Group(ABC):
    """Branches under way. ``held`` are the events in the results that the program has not received yet."""

    __slots__ = ("branches", "count", "held", "left", "live", "prefix", "started", "waiter")

    def __init__(self, call: "Gather[Any] | Select[Any]", waiter: Waiter, prefix: str, left: int) -> None:
        self.waiter = waiter
        self.prefix = prefix
        self.branches: Iterator[Awaitable[Any]] = iter(call.branches)
        self.count = call.count
        self.left = left
        self.started = 0
        self.live: dict[int, Branch] = {}
        self.held: tuple[Raised, ...] = ()

    def begin_next(self) -> None:
        """Start one more branch."""
        index, self.started = self.started, self.started + 1
        scheduler = self.waiter.scheduler
        branch = self.live[index] = Branch(self, index)
        try:
            awaitable = next(self.branches)
        except Exception as raised:  # `map` calls the user's function here
            scheduler.resume_soon(branch, None, raised)
        else:
            scheduler.begin(awaitable, branch)

    @abstractmethod
    def begin(self) -> None:
        """Start the first branches."""

    @abstractmethod
    def branch_ended(self, index: int, value: object, error: BaseException | None) -> None:
        """Take the end of a branch, which is no longer live."""

    def end(self, value: object, error: BaseException | None) -> None:
        """Give the outcome to whoever waits; what is live is abandoned."""
        held, self.held = self.held, ()
        if error is not None:
            self.waiter.scheduler.put_back(held)
            held = ()
        self.abandon()
        self.waiter.scheduler.resume_soon(self.waiter, value, error, held)

    def abandon(self) -> None:
        """Abandon every live branch, and forget those not yet begun."""
        for branch in self.live.values():
            branch.abandon()
        self.live.clear()
        if self.held:
            self.waiter.scheduler.put_back(self.held)
        discard(self.branches, self.count - self.started)
        self.started = self.count


@final
class Join(Group):
    """A gather: starts at most ``limit`` branches at a time and keeps their results in order."""

    __slots__ = ("gather", "results")

    def __init__(self, gather: Gather[Any], waiter: Waiter, prefix: str) -> None:
        super().__init__(gather, waiter, prefix, gather.count)
        self.gather = gather
        self.results: list[object] = [None] * gather.count

    def begin(self) -> None:
        """Start the first branches; a join of nothing ends at once."""
        for _ in range(min(self.gather.limit or self.count, self.count)):
            self.begin_next()
        if not self.count:
            self.end([], None)

    def branch_ended(self, index: int, value: object, error: BaseException | None) -> None:
        """Keep the result, or end the join with the first error."""
        if error is not None and not (self.gather.return_exceptions and isinstance(error, Exception)):
            self.end(None, error)
            return
        self.results[index] = value if error is None else error
        self.left -= 1
        if not self.left:
            self.end(self.results, None)
        elif self.started < self.count:
            self.begin_next()


@final
class Selection(Group):
    """A race: ends when as many branches have ended as are wanted, or with the first failure."""

    __slots__ = ("ended", "single")

    def __init__(self, select: Select[Any], waiter: Waiter, prefix: str) -> None:
        super().__init__(select, waiter, prefix, select.wanted)
        self.single = select.single
        self.ended: list[tuple[int, object]] = []

    def begin(self) -> None:
        """Start every branch."""
        for _ in range(self.count):
            self.begin_next()

    def branch_ended(self, index: int, value: object, error: BaseException | None) -> None:
        """Keep the result; the last one that is wanted, or an error, ends the race."""
        if error is not None:
            self.end(None, error)
            return
        self.ended.append((index, value))
        self.left -= 1
        if not self.left:
            self.end(self.ended[0] if self.single else self.ended, None)
