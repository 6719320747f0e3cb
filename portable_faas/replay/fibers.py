"""The moving parts of a stepped orchestrator: fibers that run a coroutine, joins that wait for several.

    await ctx.gather(a(), helper(ctx))      root fiber ── join ─┬─ branch 0: activity step 1
                                                                └─ branch 1: fiber of helper

Everything that waits is a ``Waiter``: it is resumed with a value or an error, and knows what it waits for
(``child``), so that abandoning it abandons all below it. Nothing resumes anything directly: every resumption goes
through the execution's queue, so the order is one queue's order and the stack stays flat.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import suppress
from types import CoroutineType
from typing import Any, Protocol, final

from portable_faas.context.calls import ORCHESTRATING, Gather


class Scheduler(Protocol):
    """What fibers and joins need of the execution they belong to."""

    def begin(self, operation: object, waiter: "Waiter") -> None:
        """Start ``operation``; ``waiter`` is resumed when it ends."""
        ...

    def resume_soon(self, waiter: "Waiter", value: object, error: BaseException | None) -> None:
        """Resume ``waiter`` in this turn, after everything already queued."""
        ...

    def abandon_step(self, step: int) -> None:
        """Nobody waits for ``step`` any more."""
        ...

    def abandon_branch(self, branch: "Branch") -> None:
        """A failure elsewhere ended what this branch belonged to."""
        ...

    def bury(self, fiber: "Fiber") -> None:
        """Keep an abandoned fiber where its ``finally`` blocks cannot run."""
        ...


class Waiter(ABC):
    """Somebody who waits for one operation at a time."""

    __slots__ = ("abandoned", "child", "id", "scheduler")

    def __init__(self, scheduler: Scheduler, fiber_id: str) -> None:
        self.scheduler = scheduler
        self.id = fiber_id
        self.child: Fiber | Join | int | None = None
        self.abandoned = False

    def resume(self, value: object, error: BaseException | None) -> None:
        """What was awaited has ended."""
        self.child = None
        if not self.abandoned:
            self._go_on(value, error)

    @abstractmethod
    def _go_on(self, value: object, error: BaseException | None) -> None:
        """Take the outcome; never called once the waiter is abandoned."""

    def abandon(self) -> None:
        """Stop here and for good; nothing of this runs afterwards."""
        self.abandoned = True
        child, self.child = self.child, None
        if isinstance(child, int):
            self.scheduler.abandon_step(child)
        elif child is not None:
            child.abandon()


@final
class Fiber(Waiter):
    """Runs one coroutine: the orchestrator's own, or a helper's that was gathered."""

    __slots__ = ("coroutine", "gathers", "parent", "uuids")

    def __init__(
        self, scheduler: Scheduler, fiber_id: str, coroutine: Coroutine[Any, Any, Any], parent: Waiter
    ) -> None:
        super().__init__(scheduler, fiber_id)
        self.coroutine = coroutine
        self.parent = parent
        self.gathers = 0
        self.uuids = 0

    def _go_on(self, value: object, error: BaseException | None) -> None:
        token = ORCHESTRATING.set(True)
        try:
            awaited = self.coroutine.send(value) if error is None else self.coroutine.throw(error)
        except StopIteration as stop:
            self.scheduler.resume_soon(self.parent, stop.value, None)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as raised:
            self.scheduler.resume_soon(self.parent, None, raised)
        else:
            self.scheduler.begin(awaited, self)
        finally:
            ORCHESTRATING.reset(token)

    def abandon(self) -> None:
        """Stop the fiber and what it waits for."""
        super().abandon()
        self.scheduler.bury(self)

    def close(self) -> None:
        """Free the coroutine; its ``finally`` blocks may compute, but no durable call in them runs."""
        with suppress(Exception):  # nobody is left to hear what a `finally` block raises now
            self.coroutine.close()


@final
class Branch(Waiter):
    """One place in a join's results."""

    __slots__ = ("index", "join")

    def __init__(self, scheduler: Scheduler, fiber_id: str, join: "Join", index: int) -> None:
        super().__init__(scheduler, fiber_id)
        self.join = join
        self.index = index

    def _go_on(self, value: object, error: BaseException | None) -> None:
        self.join.branch_ended(self, value, error)

    def abandon(self) -> None:
        """Stop the branch and say so."""
        self.scheduler.abandon_branch(self)
        super().abandon()


@final
class Join:
    """A gather under way: starts at most ``limit`` branches at a time and keeps their results in order."""

    __slots__ = ("branches", "gather", "left", "live", "prefix", "results", "started", "waiter")

    def __init__(self, gather: Gather[Any], waiter: Waiter, prefix: str) -> None:
        self.gather = gather
        self.waiter = waiter
        self.prefix = prefix
        self.branches: Iterator[Awaitable[Any]] = iter(gather.branches)
        self.results: list[object] = [None] * gather.count
        self.left = gather.count
        self.started = 0
        self.live: dict[int, Branch] = {}

    def begin(self) -> None:
        """Start the first branches; a join of nothing ends at once."""
        for _ in range(min(self.gather.limit or self.gather.count, self.gather.count)):
            self._begin_next()
        if not self.gather.count:
            self.waiter.scheduler.resume_soon(self.waiter, [], None)

    def _begin_next(self) -> None:
        index, self.started = self.started, self.started + 1
        scheduler = self.waiter.scheduler
        branch = self.live[index] = Branch(scheduler, f"{self.prefix}.{index}", self, index)
        try:
            awaitable = next(self.branches)
        except Exception as raised:  # `map` calls the user's function here
            scheduler.resume_soon(branch, None, raised)
        else:
            scheduler.begin(awaitable, branch)

    def branch_ended(self, branch: Branch, value: object, error: BaseException | None) -> None:
        """Keep the result, or end the join with the first error."""
        del self.live[branch.index]
        if error is not None and not (self.gather.return_exceptions and isinstance(error, Exception)):
            self.abandon()
            self.waiter.scheduler.resume_soon(self.waiter, None, error)
            return
        self.results[branch.index] = value if error is None else error
        self.left -= 1
        if not self.left:
            self.waiter.scheduler.resume_soon(self.waiter, self.results, None)
        elif self.started < self.gather.count:
            self._begin_next()

    def abandon(self) -> None:
        """Abandon every live branch, and forget those not yet begun."""
        for branch in self.live.values():
            branch.abandon()
        self.live.clear()
        discard(self.gather.branches, self.started)
        self.started = self.gather.count


def discard(branches: object, started: int) -> None:
    """Close coroutines that will never begin, so that Python does not warn about them."""
    for awaitable in branches[started:] if isinstance(branches, tuple) else ():
        if isinstance(awaitable, CoroutineType):
            awaitable.close()
        elif isinstance(awaitable, Gather):
            discard(awaitable.branches, 0)
